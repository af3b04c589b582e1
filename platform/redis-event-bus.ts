import type { EventBus } from './event-bus.ts';
import type { Logger } from './logging.ts';
import { createRedisConnection } from './redis-connection.ts';
import { createRedisEventSubscription } from './redis-event-subscription.ts';

const stream = 'events';
/** Events kept, handled or not; Redis drops the oldest above that, in whole blocks. */
const longestStream = 100_000;
const publishTimeoutMs = 1_000;
/** Longer than a handler works on an event, retries included; sooner, it would be handled twice at the same time. */
const defaultClaimAfterMs = 60_000;

/**
 * A bus for services that share a Redis: one stream, with a consumer group for each group of subscribers. An event that
 * was published is as safe as that Redis' data is, so it should write to disk (`appendonly yes`).
 *
 * @param options.claimAfterMs when a subscriber takes over what another one took and never acknowledged.
 */
export function createRedisEventBus(options: {
  url: string;
  logger: Logger;
  claimAfterMs?: number;
}): EventBus {
  const { url, logger, claimAfterMs = defaultClaimAfterMs } = options;
  return {
    openPublisher() {
      const redis = createRedisConnection({
        url,
        commandTimeoutMs: publishTimeoutMs,
        whileAway: 'events wait where they are',
        logger,
      });
      const firstAttempt = redis.connect().catch(() => undefined);
      return {
        async publish({ id, type, payload }) {
          await firstAttempt;
          const event = JSON.stringify({ id, type, payload });
          await redis.xadd(stream, 'MAXLEN', '~', longestStream, '*', 'event', event);
        },
        async close() {
          redis.disconnect();
        },
      };
    },
    subscribe: (group, handler) =>
      createRedisEventSubscription({ url, stream, group, handler, claimAfterMs, logger }),
  };
}
