import { Pool } from 'pg';
import type { Registry } from 'prom-client';
import { createInProcessCache } from '../../cache/in-process-cache.ts';
import { createRedisCache, type RedisCache } from '../../cache/redis-cache.ts';
import { createRelay, type Relay } from '../../cache/relay.ts';
import type { CacheStore } from '../../cache/store.ts';
import type { Logger } from '../../platform/logging.ts';
import { within } from '../../platform/within.ts';
import { createCacheOutbox } from './cache-outbox.ts';
import { addCacheOutboxMetrics } from './cache-outbox-metrics.ts';

/** What a subgraph does so that no cached answer outlives what it was made from: see docs/cache.md. */
export interface CacheRelay extends Pick<Relay, 'flush'> {
  /** Resolves once the cache was reached, or the first attempt has failed: within seconds. */
  start(): Promise<void>;
  /** Publishes what waits, within seconds, and closes what the factory opened. Safe to call without a start. */
  stop(): Promise<void>;
}

/** Well within what a mutation waits for its flush, which takes several commands. */
const commandTimeoutMs = 200;

/** A look that takes longer comes too late for the lease that it is to renew. */
const statementLimits = {
  connectionTimeoutMillis: 1_000,
  statement_timeout: 1_000,
  query_timeout: 1_500,
  idle_in_transaction_session_timeout: 1_500,
} as const;

const stopWithinMs = 5_000;

/**
 * The relay between the outbox of a subgraph's database and the cache that gateways share with it.
 *
 * @param options.subgraph its name in the supergraph, with which its tags begin
 * @param options.store given by whoever runs several services in one process; by default the one on `redisUrl`. Without either
 *   the outbox is emptied all the same: nobody caches anything then that it would have to tell of.
 */
export function createCacheRelay(options: {
  subgraph: string;
  databaseUrl: string;
  store: CacheStore | undefined;
  redisUrl: string | undefined;
  registry: Registry;
  logger: Logger;
}): CacheRelay {
  const { subgraph, databaseUrl, redisUrl, registry, logger } = options;
  const redis =
    options.store === undefined && redisUrl !== undefined ? openRedis(redisUrl, logger) : undefined;
  // One that nobody shares never holds an answer.
  const store = options.store ?? redis?.store ?? createInProcessCache(0);
  const pool = createRelayPool({ databaseUrl, subgraph, logger });
  const relay = createRelay({
    subgraph,
    outbox: createCacheOutbox(pool),
    store,
    logger,
    now: () => performance.now(),
  });
  addCacheOutboxMetrics(pool, registry);

  let started = false;
  return {
    async start() {
      // Before it is connected every look would fail, and be reported as an outage.
      await redis?.connect();
      started = true;
      relay.start();
    },
    flush: () => relay.flush(),
    async stop() {
      // What background work wrote after the last mutation need not wait for the next start.
      if (started) await relay.flush();
      if (!(await within(stopWithinMs, relay.stop())))
        logger.warn('stopped amid a look at the outbox: the next start goes on');
      redis?.close();
      await pool.end();
    },
  };
}

function openRedis(url: string, logger: Logger): RedisCache {
  return createRedisCache({
    url,
    commandTimeoutMs,
    whileAway: 'invalidations wait in the outbox, and gateways serve nothing from the cache',
    logger,
  });
}

/**
 * Connections of its own, one for the relay and one for whoever reads the metrics. If it had to wait for those of requests,
 * its lease would run out when the subgraph is busiest, the cache would serve nothing, and all would get worse.
 */
function createRelayPool(options: { databaseUrl: string; subgraph: string; logger: Logger }): Pool {
  const pool = new Pool({
    connectionString: options.databaseUrl,
    max: 2,
    application_name: `${options.subgraph} cache relay`,
    keepAlive: true,
    ...statementLimits,
  });
  pool.on('error', (error) => options.logger.debug({ err: error }, 'idle connection of the relay lost'));
  return pool;
}
