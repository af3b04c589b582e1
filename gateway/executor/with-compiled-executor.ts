import type { ApolloGateway, GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { QueryPlanner } from '@apollo/query-planner';
import type { GatewayContext } from '../context.ts';
import type { GatewayInTwoSteps } from '../supergraph/in-two-steps.ts';
import { type CompiledExecutor, createCompiledExecutor } from './compiled-executor.ts';
import type { CallSubgraph } from './execution.ts';

/**
 * The same gateway with another executor: the library goes on loading, validating and replacing the supergraph, and
 * operations on every supergraph that it takes into use are compiled here, planned by the planner that it has made for it.
 *
 * @param gateway the library's, with a step between its loading a supergraph and its use
 */
export function withCompiledExecutor(
  gateway: GatewayInTwoSteps,
  options: {
    library: Pick<ApolloGateway, '__testing'>;
    dataSourceTo: (subgraph: { name: string; url: string }) => GraphQLDataSource<GatewayContext>;
    /** Whether clients that ask for it see how their operation is planned. */
    exposeQueryPlans: boolean;
  },
): GatewayInTwoSteps & Pick<CompiledExecutor, 'plan' | 'queryOf'> {
  const { library, dataSourceTo } = options;
  const executor = createCompiledExecutor(options);
  gateway.beforeUse(({ apiSchema }) => {
    const planner = plannerOf(library);
    const calls = planner.supergraph
      .subgraphsMetadata()
      .map(({ name, url }) => [name, callThrough(dataSourceTo({ name, url }))] as const);
    executor.use({ planner, schema: apiSchema, calls: new Map(calls) });
  });
  return {
    ...gateway,
    load: async (loadOptions) => ({ ...(await gateway.load(loadOptions)), executor: executor.execute }),
    plan: executor.plan,
    queryOf: executor.queryOf,
  };
}

/** A planner of our own would take as long to make, and as much memory, once more. */
function plannerOf(library: Pick<ApolloGateway, '__testing'>): QueryPlanner {
  const { queryPlanner } = library.__testing();
  if (queryPlanner === undefined)
    throw new Error('the gateway has no planner for a supergraph that it has loaded');
  return queryPlanner;
}

/** Of what a data source may be told, ours looks at nothing else: subgraph-calls/subgraph-data-source.ts. */
function callThrough(dataSource: GraphQLDataSource<GatewayContext>): CallSubgraph {
  return ({ query, operationName, variables }, context) =>
    dataSource.process({
      request: { query, variables, ...(operationName === undefined ? {} : { operationName }) },
      context,
    } as GraphQLDataSourceProcessOptions<GatewayContext>);
}
