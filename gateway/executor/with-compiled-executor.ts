import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { GatewayContext } from '../context.ts';
import type { GatewayInTwoSteps } from '../supergraph/in-two-steps.ts';
import { type CompiledExecutor, createCompiledExecutor } from './compiled-executor.ts';
import type { CallSubgraph } from './execution.ts';

/**
 * The same gateway with another executor: the library goes on loading, validating and replacing the supergraph, and
 * every supergraph it takes into use is compiled here, too.
 *
 * @param dataSources of the supergraph in use, by subgraph; read whenever the gateway says that there is a new one
 */
export function withCompiledExecutor(
  gateway: GatewayInTwoSteps,
  dataSources: ReadonlyMap<string, GraphQLDataSource<GatewayContext>>,
  options: { exposeQueryPlans: boolean },
): GatewayInTwoSteps & Pick<CompiledExecutor, 'plan' | 'knownQuery'> {
  const executor = createCompiledExecutor(options);
  gateway.beforeUse(({ apiSchema, coreSupergraphSdl }) =>
    executor.use({
      sdl: coreSupergraphSdl,
      schema: apiSchema,
      calls: new Map([...dataSources].map(([name, dataSource]) => [name, callThrough(dataSource)])),
    }),
  );
  return {
    ...gateway,
    load: async (loadOptions) => ({ ...(await gateway.load(loadOptions)), executor: executor.execute }),
    plan: executor.plan,
    knownQuery: executor.knownQuery,
  };
}

/** Of what a data source may be told, ours looks at nothing else: subgraph-calls/subgraph-data-source.ts. */
function callThrough(dataSource: GraphQLDataSource<GatewayContext>): CallSubgraph {
  return ({ query, operationName, variables }, context) =>
    dataSource.process({
      request: { query, variables, ...(operationName === undefined ? {} : { operationName }) },
      context,
    } as GraphQLDataSourceProcessOptions<GatewayContext>);
}
