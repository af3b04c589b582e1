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
): GatewayInTwoSteps & Pick<CompiledExecutor, 'plan'> {
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
  };
}

type ProcessOptions = Extract<GraphQLDataSourceProcessOptions, { incomingRequestContext: unknown }>;

/** The enum's own value can't be imported: that would load the library before it is told not to phone home. */
const incomingOperation = 'incoming operation' as ProcessOptions['kind'];

function callThrough(dataSource: GraphQLDataSource<GatewayContext>): CallSubgraph {
  return ({ query, operationName, variables }, request) =>
    dataSource.process({
      kind: incomingOperation,
      request: { query, variables, ...(operationName === undefined ? {} : { operationName }) },
      incomingRequestContext: request,
      context: request.context,
    } as ProcessOptions & GraphQLDataSourceProcessOptions<GatewayContext>);
}
