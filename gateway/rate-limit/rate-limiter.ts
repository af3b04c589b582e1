import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

const windowSeconds = 60;

/** Counts a request of the client. Resolves to null when it may pass, else to the seconds to wait. */
export type RateLimiter = (client: string) => Promise<number | null>;

/**
 * So many requests a minute for every client, counted over all gateways in Redis. Without Redis, and while it is away,
 * every gateway counts for itself.
 */
export function createRateLimiter(perMinute: number, redis: Redis | undefined): RateLimiter {
  const memory = new RateLimiterMemory({ points: perMinute, duration: windowSeconds });
  const limiter =
    redis === undefined
      ? memory
      : new RateLimiterRedis({
          storeClient: redis,
          keyPrefix: 'rate',
          points: perMinute,
          duration: windowSeconds,
          // Whoever is over the limit is refused without asking Redis again.
          inMemoryBlockOnConsumed: perMinute + 1,
          insuranceLimiter: memory,
        });

  return async (client) => {
    try {
      await limiter.consume(client);
      return null;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
      throw refusal;
    }
  };
}
