import { join } from 'node:path';
import type { LocalConfig } from './config.ts';
import { startPrivateRedis } from './private-redis.ts';

export interface LocalRedis {
  /** Empty where there is none: configuration reads that as absent. */
  readonly url: string;
  readonly description: string;
  stop(): Promise<void>;
}

/** The given Redis, else a private one where `redis-server` is installed, else none: one process can do without. */
export async function openRedis(config: LocalConfig): Promise<LocalRedis> {
  if (config.REDIS_URL !== undefined)
    return { url: config.REDIS_URL, description: 'the Redis of REDIS_URL', stop: async () => {} };
  const redis = await startPrivateRedis({ folder: join(config.LOCAL_FOLDER, 'redis') });
  if (redis === undefined)
    return {
      url: '',
      description: 'in this process (no redis-server is installed; that is fine for one gateway)',
      stop: async () => {},
    };
  return { url: redis.url, description: `a private Redis, ${redis.url}`, stop: () => redis.stop() };
}
