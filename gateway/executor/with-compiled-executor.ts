import type { ApolloGateway, GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { GatewayContext } from '../context.ts';
import { createCompiledExecutor } from './compiled-executor.ts';
import type { CallSubgraph } from './execution.ts';

/**
 * The same gateway with another executor: the library goes on loading, validating and replacing the supergraph, and
 * every supergraph it takes into use is compiled here, too.
 *
 * @param dataSources of the supergraph in use, by subgraph; read whenever the gateway says that there is a new one
 */
export function withCompiledExecutor(
  gateway: Pick<ApolloGateway, 'load' | 'onSchemaLoadOrUpdate' | 'stop'>,
  dataSources: ReadonlyMap<string, GraphQLDataSource<GatewayContext>>,
  options: { exposeQueryPlans: boolean },
): Pick<ApolloGateway, 'load' | 'onSchemaLoadOrUpdate' | 'stop'> {
  const executor = createCompiledExecutor(options);
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) =>
    executor.use({
      sdl: coreSupergraphSdl,
      schema: apiSchema,
      calls: new Map([...dataSources].map(([name, dataSource]) => [name, callThrough(dataSource)])),
    }),
  );
  return {
    load: async (loadOptions) => ({ ...(await gateway.load(loadOptions)), executor: executor.execute }),
    onSchemaLoadOrUpdate: (listener) => gateway.onSchemaLoadOrUpdate(listener),
    stop: () => gateway.stop(),
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
