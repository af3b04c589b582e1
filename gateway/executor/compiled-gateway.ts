import { Supergraph } from '@apollo/federation-internals';
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { QueryPlanner } from '@apollo/query-planner';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { GatewayContext } from '../context.ts';
import type { SupergraphSource } from '../supergraph/supergraph-file.ts';
import { type CompiledExecutor, createCompiledExecutor } from './compiled-executor.ts';
import type { CallSubgraph } from './execution.ts';

/**
 * What `ApolloGateway` is to Apollo Server, by the same parts of Apollo's (`Supergraph` reads and validates, `QueryPlanner` plans),
 * each made once for a supergraph. `@apollo/gateway` itself would take a quarter of the time of a start only to be loaded.
 *
 * A supergraph is replaced when all of the next one is made; one that can't be used throws, and nothing has changed.
 *
 * @param dataSourceTo called for every subgraph of each supergraph
 */
export function createCompiledGateway(options: {
  supergraphs: SupergraphSource;
  dataSourceTo: (subgraph: { name: string; url: string }) => GraphQLDataSource<GatewayContext>;
  /** Whether clients that ask for it see how their operation is planned. */
  exposeQueryPlans: boolean;
}): GatewayInterface & Pick<CompiledExecutor, 'plan' | 'knownQuery'> {
  const { supergraphs, dataSourceTo } = options;
  const executor = createCompiledExecutor(options);
  const listeners = new Set<Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0]>();
  let cleanup = async () => {};

  const update = (supergraphSdl: string) => {
    const supergraph = Supergraph.build(supergraphSdl);
    const planner = new QueryPlanner(supergraph);
    const schema = supergraph.apiSchema().toGraphQLJSSchema();
    const calls = supergraph
      .subgraphsMetadata()
      .map(({ name, url }) => [name, callThrough(dataSourceTo({ name, url }))] as const);
    executor.use({ planner, schema, calls: new Map(calls) });
    for (const listener of listeners) listener({ apiSchema: schema, coreSupergraphSdl: supergraphSdl });
  };

  return {
    async load() {
      const { supergraphSdl, ...source } = await supergraphs.initialize({ update });
      cleanup = source.cleanup;
      try {
        update(supergraphSdl);
        return { executor: executor.execute };
      } catch (error) {
        await cleanup();
        throw error;
      }
    },
    onSchemaLoadOrUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => cleanup(),
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
