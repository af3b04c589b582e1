import { Redis } from 'ioredis';
import type { Logger } from './logging.ts';

/**
 * A connection on which every command fails soon rather than waits: what we keep in Redis makes us better, and nothing we
 * do may hang on it. Connects, and keeps trying to, once `connect` is called.
 *
 * @param options.url `redis://`, `rediss://`, or `unix:///path/to/socket`.
 * @param options.commandTimeoutMs how long a command may take, a blocking one included.
 * @param options.whileAway what the log says of an outage, like "requests are counted by each gateway".
 */
export function createRedisConnection(options: {
  url: string;
  commandTimeoutMs: number;
  whileAway: string;
  logger: Logger;
}): Redis {
  const { url, commandTimeoutMs, whileAway, logger } = options;
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
    if (reachable) logger.warn({ err: error }, `Redis is away: ${whileAway}`);
    reachable = false;
  });
  redis.on('ready', () => {
    if (!reachable) logger.info('Redis is back');
    reachable = true;
  });
  return redis;
}
