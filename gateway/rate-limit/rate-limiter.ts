import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { WaitBudget } from '../../cache/wait-budget.ts';
import { createRedisBreaker } from '../../platform/redis-breaker.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { clientKey } from './client-key.ts';
import { gatherCharges } from './gathered-charges.ts';
import { createWindowCounter } from './window-counter.ts';

const windowSeconds = 60;

/** How a client stands after it was charged. */
export interface Quota {
  readonly isExceeded: boolean;
  /** Points that are left in this window. */
  readonly remaining: number;
  /** Until the next window, in seconds; at least 1. */
  readonly resetSeconds: number;
}

export interface RateLimiter {
  /** What every client has: so many points in so many seconds. */
  readonly policy: { readonly points: number; readonly windowSeconds: number };
  /**
   * Charges the client. What is more than it has left is refused, and takes all that was left.
   *
   * @param budget what the request may still wait for Redis
   */
  charge(client: string, points: number, budget: WaitBudget): Promise<Quota>;
  /**
   * Counts a request that the cache may answer, in this process only: a hit takes less time than asking Redis would.
   *
   * @returns false once a client has had so many that the next ones are charged like all others
   */
  countHit(viewer: Viewer | null, address: string): boolean;
}

/**
 * So many points a minute for every client, counted over all gateways in Redis; and as many hits, on each gateway.
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
  const breaker = createRedisBreaker({ isAnswer: isRefusal });
  const consumeShared =
    shared && gatherCharges((client, points) => breaker.run(() => shared.consume(client, points)), perMinute);

  const consume = async (client: string, points: number, budget: WaitBudget): Promise<RateLimiterRes> => {
    if (consumeShared === undefined) return memory.consume(client, points);
    try {
      return await budget.spend(() => consumeShared(client, points));
    } catch (error) {
      if (isRefusal(error)) throw error;
      return memory.consume(client, points);
    }
  };

  const countViewer = createWindowCounter(perMinute, windowSeconds * 1_000);
  const countAddress = createWindowCounter(perMinute, windowSeconds * 1_000);

  return {
    policy: { points: perMinute, windowSeconds },
    async charge(client, points, budget) {
      try {
        return quotaOf(await consume(client, points, budget), false);
      } catch (refusal) {
        if (isRefusal(refusal)) return quotaOf(refusal, true);
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

function quotaOf({ remainingPoints, msBeforeNext }: RateLimiterRes, isExceeded: boolean): Quota {
  return {
    isExceeded,
    remaining: isExceeded ? 0 : remainingPoints,
    resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)),
  };
}

function isRefusal(error: unknown): error is RateLimiterRes {
  return error instanceof RateLimiterRes;
}
