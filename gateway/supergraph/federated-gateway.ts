import type { ApolloGateway } from '@apollo/gateway';
import { ConfigError } from '../../platform/config.ts';
import type { Logger } from '../../platform/logging.ts';
import { loadApolloGateway } from '../apollo/load-apollo-gateway.ts';
import type { CompiledExecutor } from '../executor/compiled-executor.ts';
import { createStockConditions } from '../executor/stock-conditions.ts';
import { withCompiledExecutor } from '../executor/with-compiled-executor.ts';
import {
  createSubgraphDataSource,
  type SubgraphCallDeps,
  type SubgraphDataSource,
} from '../subgraph-calls/subgraph-data-source.ts';
import { type GatewayInTwoSteps, inTwoSteps } from './in-two-steps.ts';
import { subgraphAddresses, unknownOverrides } from './subgraph-addresses.ts';
import { createSupergraphFile } from './supergraph-file.ts';

export interface FederatedGatewayOptions {
  readonly supergraphFile: string;
  /** Addresses that win over the supergraph's routing URLs, by subgraph. */
  readonly subgraphUrls: ReadonlyMap<string, string>;
  /** Whether clients that ask for it see how their operation is planned. */
  readonly exposeQueryPlans: boolean;
  /** What executes query plans: the library's own executor, or ours on compiled plans. */
  readonly executor: 'stock' | 'compiled';
  /** How often the file is looked at, in milliseconds. */
  readonly reloadInterval?: number;
}

/** What Apollo Server and those around it need of a gateway. */
export interface FederatedGateway extends GatewayInTwoSteps {
  /** Plans a document's operations ahead of the first who asks; undefined: the library's executor can't. */
  readonly plan: CompiledExecutor['plan'] | undefined;
  /** What may be executed without asking Apollo Server. The stock executor can't do without it. */
  readonly queryOf: CompiledExecutor['queryOf'];
  /** Connects to all subgraphs ahead of the first call, as far as they are there. */
  connect(): Promise<void>;
}

/**
 * The executor of the supergraph in a file, which follows the file's changes. Loading it throws ConfigError when an
 * override names a subgraph that the supergraph doesn't have.
 */
export async function createFederatedGateway(
  options: FederatedGatewayOptions,
  deps: SubgraphCallDeps & { logger: Logger },
): Promise<FederatedGateway> {
  const { supergraphFile, subgraphUrls, reloadInterval } = options;
  const { logger, pools } = deps;
  const library = await loadApolloGateway();
  // The library tells of every load in several lines; what matters of that we say ourselves.
  const libraryLogger = logger.child({}, { level: 'warn' });

  const accept = async (supergraphSdl: string, phase: 'start' | 'reload') => {
    const unknown = unknownOverrides(subgraphAddresses(supergraphSdl, subgraphUrls), subgraphUrls);
    if (unknown.length > 0) {
      const fault = `SUBGRAPH_URLS names what is no subgraph of this supergraph: ${unknown.join(', ')}`;
      if (phase === 'start') throw new ConfigError(fault);
      // A subgraph that was removed is no reason to stay behind.
      logger.warn(fault);
    }
    // Some faults show only once the library has replaced half of its state, so a throwaway instance goes first.
    if (phase === 'reload') await requireUsable(library.ApolloGateway, supergraphSdl, libraryLogger);
  };
  const supergraphs = createSupergraphFile({
    path: supergraphFile,
    accept,
    async onUse(supergraphSdl) {
      await gateway.inUse();
      pools.keepOnly(subgraphAddresses(supergraphSdl, subgraphUrls).values());
    },
    logger,
    ...(reloadInterval === undefined ? {} : { interval: reloadInterval }),
  });

  const dataSources = new Map<string, { href: string; dataSource: SubgraphDataSource }>();
  /** The same as before for a subgraph that has not moved: it knows how that one has been lately. */
  const dataSourceTo = ({ name, url = '' }: { name: string; url?: string }) => {
    const address = new URL(subgraphUrls.get(name) ?? url);
    const { href } = address;
    const existing = dataSources.get(name);
    if (existing?.href === href) return existing.dataSource;
    const dataSource = createSubgraphDataSource({ name, address }, deps);
    dataSources.set(name, { href, dataSource });
    return dataSource;
  };
  const connect = async () => {
    await Promise.all([...dataSources.values()].map(({ dataSource }) => dataSource.connect()));
  };

  const conditions = createStockConditions();
  const { exposeQueryPlans } = options;
  const apolloGateway = new library.ApolloGateway({
    logger: libraryLogger,
    validateSupergraph: true,
    __exposeQueryPlanExperimental: exposeQueryPlans,
    experimental_didResolveQueryPlan: conditions.onPlan,
    supergraphSdl: supergraphs,
    buildService: dataSourceTo,
  });
  const gateway = inTwoSteps(apolloGateway);
  if (options.executor === 'stock') {
    const load: GatewayInTwoSteps['load'] = async (loadOptions) => {
      const loaded = await gateway.load(loadOptions);
      const { executor } = loaded;
      return executor === null ? loaded : { ...loaded, executor: conditions.decideFor(executor) };
    };
    return { ...gateway, load, plan: undefined, queryOf: () => undefined, connect };
  }
  const compiled = withCompiledExecutor(gateway, { library: apolloGateway, dataSourceTo, exposeQueryPlans });
  return { ...compiled, connect };
}

/** @throws Error when the library can't use it */
async function requireUsable(
  Gateway: typeof ApolloGateway,
  supergraphSdl: string,
  logger: Logger,
): Promise<void> {
  const gateway = new Gateway({
    supergraphSdl,
    validateSupergraph: true,
    logger,
    buildService: () => ({ process: () => Promise.reject(new Error('nothing is asked of it')) }),
  });
  await gateway.load();
  await gateway.stop();
}
