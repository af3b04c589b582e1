import { Redis } from 'ioredis';
import type { Logger } from '../platform/logging.ts';

/** How long one command may take, in milliseconds, before the gateway does without. */
const commandTimeoutMs = 100;

/**
 * A connection on which every command fails soon rather than waits: what the gateway keeps in Redis makes it better,
 * and nothing it does may hang on it. Connects, and keeps trying to, once `connect` is called.
 *
 * @param url `redis://`, `rediss://`, or `unix:///path/to/socket`.
 */
export function createRedisConnection(url: string, logger: Logger): Redis {
  const target = url.startsWith('unix:') ? decodeURIComponent(new URL(url).pathname) : url;
  const redis = new Redis(target, {
    lazyConnect: true,
    connectTimeout: 2_000,
    commandTimeout: commandTimeoutMs,
    // Commands given while there is no connection fail at once, and none is sent a second time.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  // Without a listener an error ends the process. One line per outage, not per attempt.
  let reachable = true;
  redis.on('error', (error) => {
    if (reachable) logger.warn({ err: error }, 'Redis is away: the gateway goes on without it');
    reachable = false;
  });
  redis.on('ready', () => {
    if (!reachable) logger.info('Redis is back');
    reachable = true;
  });
  return redis;
}
