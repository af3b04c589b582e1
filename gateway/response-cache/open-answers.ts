import { hash } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import type { Registry } from 'prom-client';
import { createLocalCache } from '../../cache/local-cache.ts';
import { createRedisCache } from '../../cache/redis-cache.ts';
import { createResponseCache } from '../../cache/response-cache.ts';
import type { CacheStore } from '../../cache/store.ts';
import type { WaitBudget } from '../../cache/wait-budget.ts';
import { ConfigError } from '../../platform/config.ts';
import type { Logger } from '../../platform/logging.ts';
import type { GatewayConfig } from '../config.ts';
import type { SupergraphCosts } from '../cost/supergraph-costs.ts';
import type { Limits } from '../limits/limits.ts';
import { type PersistedQueryStore, persistedPrefix } from '../persisted-query-store.ts';
import type { GatewayInTwoSteps } from '../supergraph/in-two-steps.ts';
import { createCacheMetrics } from './cache-metrics.ts';
import { type CachedAnswers, createCachedAnswers } from './cached-answers.ts';
import { createPreparedRequests, type PreparedRequests } from './prepared-requests.ts';
import { createQueryPreparation } from './query-preparation.ts';
import { createTagDescriptions } from './tag-description.ts';
import { createUncachedAnswers } from './uncached-answers.ts';

/** How long one operation may take, in milliseconds; what a request waits for all of them is less: wait-budget.ts. */
const commandTimeoutMs = 100;
/** Requests that are recognised without being parsed, in bytes. */
const preparedBytes = 32 * 1024 * 1024;

/**
 * The store that this gateway shares with the relays of its subgraphs; undefined with CACHE=off.
 *
 * @throws ConfigError when there is none to share: a cache that no relay knows of would serve stale answers
 */
export async function openCacheStore(
  config: Pick<GatewayConfig, 'CACHE' | 'REDIS_URL'>,
  deps: { cacheStore?: CacheStore; logger: Logger },
  opening: AsyncDisposableStack,
): Promise<CacheStore | undefined> {
  if (config.CACHE === 'off') return undefined;
  if (deps.cacheStore !== undefined) return deps.cacheStore;
  if (config.REDIS_URL === undefined)
    throw new ConfigError(
      'REDIS_URL: must be set, or CACHE must be off: the subgraphs invalidate through it',
    );
  const redis = createRedisCache({
    url: config.REDIS_URL,
    commandTimeoutMs,
    whileAway: 'nothing is served from the cache',
    logger: deps.logger,
  });
  opening.defer(() => redis.close());
  await redis.connect();
  return redis.store;
}

/** What answers requests before the executor does: the response cache of one gateway, on that store. */
export function openAnswers(options: {
  /** undefined: nothing is cached. */
  store: CacheStore | undefined;
  gateway: Pick<GatewayInTwoSteps, 'beforeUse' | 'onSchemaLoadOrUpdate'>;
  costs: SupergraphCosts;
  limits: Limits;
  persistedQueries: PersistedQueryStore;
  release: string;
  maxLagMs: number;
  /** Of answers in this process' memory; 0: none are kept there. */
  localBytes: number;
  offersToCdns: boolean;
  /** Bounds how long requests wait for what they ask together. */
  openBudget: () => WaitBudget;
  registry: Registry;
}): CachedAnswers & {
  /** Looks into a document that is going to be asked for, once this schema is in use. */
  learn(document: string, schema: GraphQLSchema): void;
} {
  const { store, gateway, costs, limits, persistedQueries, release } = options;
  const { maxLagMs, localBytes, offersToCdns, openBudget } = options;

  let schema: GraphQLSchema | undefined;
  let prepared: PreparedRequests | undefined;
  const bySchema = new WeakMap<GraphQLSchema, PreparedRequests>();
  gateway.beforeUse(({ apiSchema, coreSupergraphSdl }) => {
    const requests = createPreparedRequests({
      schema: apiSchema,
      supergraphHash: hash('sha256', coreSupergraphSdl),
      release,
      costs: costs.of(apiSchema),
      limits,
      memoryBytes: preparedBytes,
    });
    bySchema.set(apiSchema, requests);
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema;
    prepared = bySchema.get(apiSchema);
  });
  const learn = (document: string, of: GraphQLSchema) => bySchema.get(of)?.learn(document);
  const queries = createQueryPreparation({
    preparedRequests() {
      if (prepared === undefined) throw new Error('no request is taken before the supergraph is loaded');
      return prepared;
    },
    persistedDocument: (documentHash) => persistedQueries.get(`${persistedPrefix}${documentHash}`),
    offersToCdns,
  });
  const registerDocument = (documentHash: string, text: string) =>
    persistedQueries.set(`${persistedPrefix}${documentHash}`, text);
  if (store === undefined) return { ...createUncachedAnswers({ queries, registerDocument }), learn };

  const now = () => performance.now();
  const local = createLocalCache({ store, maxBytes: localBytes, maxLagMs, now, openBudget });
  const metrics = createCacheMetrics(options.registry, () => local.bytes);
  const cachedAnswers = createCachedAnswers({
    cache: metrics.measured(createResponseCache({ store, local })),
    queries,
    registerDocument,
    offersToCdns,
    countLookup: metrics.countLookup,
    countNotStored: metrics.countNotStored,
    tagDescriptions: createTagDescriptions((name) => schema?.getType(name) !== undefined),
  });
  return { ...cachedAnswers, learn };
}
