import type { EventBus } from '../../platform/event-bus.ts';
import type { Logger } from '../../platform/logging.ts';
import { createRedisEventBus } from '../../platform/redis-event-bus.ts';

/**
 * The bus that was passed in, by whoever runs several subgraphs in one process; else the one on Redis. Without either,
 * none: a process of its own must not take events from its outbox only to tell nobody.
 */
export function chooseEventBus(
  given: EventBus | undefined,
  redisUrl: string | undefined,
  logger: Logger,
): EventBus | undefined {
  if (given !== undefined) return given;
  if (redisUrl !== undefined) return createRedisEventBus({ url: redisUrl, logger });
  logger.warn(
    'REDIS_URL is not set: events neither leave nor reach this service; its own wait in the database',
  );
  return undefined;
}
