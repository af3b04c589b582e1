import { type Command, Redis, type RedisOptions } from 'ioredis';
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
  const redis = new PatientRedis(target, commandTimeoutMs, {
    lazyConnect: true,
    connectTimeout: 2_000,
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

/**
 * Gives commands up by the time that the server took. ioredis' own timeout also counts the time that this process was busy,
 * and would give Redis up just when a herd of clients needs it: a timer that is late runs before the replies are read that
 * came meanwhile.
 */
class PatientRedis extends Redis {
  readonly #timeoutMs: number;

  constructor(target: string, timeoutMs: number, options: RedisOptions & { replyMapping?: 'legacy' }) {
    super(target, options);
    this.#timeoutMs = timeoutMs;
  }

  override sendCommand(command: Command, stream?: Parameters<Redis['sendCommand']>[1]): unknown {
    giveUpAfter(command, this.#timeoutMs);
    return super.sendCommand(command, stream);
  }
}

function giveUpAfter(command: Command, timeoutMs: number): void {
  const giveUp = () => {
    if (!command.isSettled) command.reject(new Error('Command timed out'));
  };
  // Not before what has arrived was read.
  const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
  const settled = () => clearTimeout(timer);
  command.promise.then(settled, settled);
}
