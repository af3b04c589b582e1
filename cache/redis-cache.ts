import type { Redis } from 'ioredis';
import type { Logger } from '../platform/logging.ts';
import type { BreakerWatch } from '../platform/redis-breaker.ts';
import { createRedisConnection } from '../platform/redis-connection.ts';
import { createGuardedStore } from './guarded-store.ts';
import { createRedisStore } from './redis-store.ts';
import type { CacheStore } from './store.ts';

/** The same in every process, or they would keep apart caches. */
const prefix = 'supergraph';

export interface RedisCache {
  readonly store: CacheStore;
  /** Resolves when the first attempt to connect has ended, well or badly; after a bad one it keeps trying. */
  connect(): Promise<void>;
  close(): void;
}

/**
 * The cache on a Redis, over a connection of its own, and given up soon while that is away (rule 7).
 *
 * @param options.commandTimeoutMs how long an operation may take
 * @param options.whileAway what the log says of an outage
 */
export function createRedisCache(options: {
  url: string;
  commandTimeoutMs: number;
  whileAway: string;
  logger: Logger;
}): RedisCache {
  const redis = createRedisConnection(options);
  const now = () => performance.now();
  return {
    store: createGuardedStore(createRedisStore({ redis, prefix }), now, createSilenceLog(redis, options)),
    connect: () => redis.connect().catch(() => undefined),
    close: () => redis.disconnect(),
  };
}

/**
 * One line for a Redis that doesn't answer and one for when it does again. The connection tells of one that is lost; of
 * one that hangs, or can't be reached any more, it knows nothing for minutes.
 */
function createSilenceLog(redis: Redis, options: { whileAway: string; logger: Logger }): BreakerWatch {
  const { whileAway, logger } = options;
  let isSilent = false;
  return {
    opened(failure) {
      isSilent = redis.status === 'ready';
      if (isSilent) logger.warn({ err: failure }, `Redis does not answer: ${whileAway}`);
    },
    closed() {
      if (isSilent) logger.info('Redis answers again');
      isSilent = false;
    },
  };
}
