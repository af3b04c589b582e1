import type { ApolloGateway } from '@apollo/gateway';
import { ConfigError } from '../../platform/config.ts';
import type { Logger } from '../../platform/logging.ts';
import { loadApolloGateway } from '../apollo/load-apollo-gateway.ts';
import { createSubgraphDataSource, type SubgraphCallDeps } from '../subgraph-calls/subgraph-data-source.ts';
import { subgraphAddresses, unknownOverrides } from './subgraph-addresses.ts';
import { createSupergraphFile } from './supergraph-file.ts';

export interface FederatedGatewayOptions {
  readonly supergraphFile: string;
  /** Addresses that win over the supergraph's routing URLs, by subgraph. */
  readonly subgraphUrls: ReadonlyMap<string, string>;
  /** Whether clients that ask for it see how their operation is planned. */
  readonly exposeQueryPlans: boolean;
  /** How often the file is looked at, in milliseconds. */
  readonly reloadInterval?: number;
}

/**
 * The executor of the supergraph in a file, which follows the file's changes. Loading it throws ConfigError when an
 * override names a subgraph that the supergraph doesn't have.
 */
export async function createFederatedGateway(
  options: FederatedGatewayOptions,
  deps: SubgraphCallDeps & { logger: Logger },
): Promise<ApolloGateway> {
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
    if (phase === 'reload') await rehearse(library.ApolloGateway, supergraphSdl, libraryLogger);
  };

  return new library.ApolloGateway({
    logger: libraryLogger,
    validateSupergraph: true,
    __exposeQueryPlanExperimental: options.exposeQueryPlans,
    supergraphSdl: createSupergraphFile({
      path: supergraphFile,
      accept,
      onUse: (supergraphSdl) => pools.keepOnly(subgraphAddresses(supergraphSdl, subgraphUrls).values()),
      logger,
      ...(reloadInterval === undefined ? {} : { interval: reloadInterval }),
    }),
    buildService({ name, url = '' }) {
      return createSubgraphDataSource({ name, address: new URL(subgraphUrls.get(name) ?? url) }, deps);
    },
  });
}

async function rehearse(Gateway: typeof ApolloGateway, supergraphSdl: string, logger: Logger): Promise<void> {
  const gateway = new Gateway({
    supergraphSdl,
    validateSupergraph: true,
    logger,
    buildService: () => ({ process: () => Promise.reject(new Error('only rehearsing')) }),
  });
  await gateway.load();
  await gateway.stop();
}
