import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { createBreaker } from '../../cache/breaker.ts';
import type { WaitBudget } from '../../cache/wait-budget.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { clientKey } from './client-key.ts';
import { createWindowCounter } from './window-counter.ts';

const windowSeconds = 60;
/** How long a Redis that failed is left alone. */
const breakerWindowMs = 1_000;

export interface RateLimiter {
  /**
   * Counts a request of the client. Resolves to null when it may pass, else to the seconds to wait.
   *
   * @param budget what the request may still wait for Redis
   */
  consume(client: string, budget: WaitBudget): Promise<number | null>;
  /**
   * Counts a request that the cache may answer, in this process only: a hit takes less time than asking Redis would.
   *
   * @returns false once a client has had so many that the next ones count like all others
   */
  countHit(viewer: Viewer | null, address: string): boolean;
}

/**
 * So many requests a minute for every client, counted over all gateways in Redis; and as many hits, on each gateway.
 * Without Redis, and while it is away or too slow, every gateway counts for itself.
 */
export function createRateLimiter(perMinute: number, redis: Redis | undefined): RateLimiter {
  const memory = new RateLimiterMemory({ points: perMinute, duration: windowSeconds });
  const shared =
    redis &&
    new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: 'rate',
      points: perMinute,
      duration: windowSeconds,
      // Whoever is over the limit is refused without asking Redis again.
      inMemoryBlockOnConsumed: perMinute + 1,
    });
  const breaker = createBreaker({
    windowMs: breakerWindowMs,
    now: () => performance.now(),
    isAnswer: isRefusal,
  });

  const count = async (client: string, budget: WaitBudget): Promise<unknown> => {
    if (shared === undefined) return memory.consume(client);
    try {
      return await budget.spend(() => breaker.run(() => shared.consume(client)));
    } catch (error) {
      if (isRefusal(error)) throw error;
      return memory.consume(client);
    }
  };

  const countViewer = createWindowCounter(perMinute, windowSeconds * 1_000);
  const countAddress = createWindowCounter(perMinute, windowSeconds * 1_000);

  return {
    async consume(client, budget) {
      try {
        await count(client, budget);
        return null;
      } catch (refusal) {
        if (isRefusal(refusal)) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
        throw refusal;
      }
    },
    // By what the request has at hand: a key made of it would have to be hashed for each request.
    countHit: (viewer, address) =>
      viewer === null
        ? countAddress(address.includes(':') ? clientKey(null, address) : address)
        : countViewer(viewer.subject),
  };
}

function isRefusal(error: unknown): error is RateLimiterRes {
  return error instanceof RateLimiterRes;
}
