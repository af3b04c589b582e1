import type { Logger } from '../platform/logging.ts';
import { createRedisConnection } from '../platform/redis-connection.ts';
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
 * The cache on a Redis, over a connection of its own.
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
  return {
    store: createRedisStore({ redis, prefix }),
    connect: () => redis.connect().catch(() => undefined),
    close: () => redis.disconnect(),
  };
}
