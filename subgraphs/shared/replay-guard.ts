import type { Redis } from 'ioredis';
import { createRedisBreaker } from '../../platform/redis-breaker.ts';
import { type Genuine, signatureWindowMs } from '../../platform/signed-call.ts';
import { createNonceMemory } from './nonce-memory.ts';

/** Some 40 MB; thousands of calls a second for as long as signatures hold. */
const mostRemembered = 500_000;
/** A clock may be ahead by a window, so a signature may hold for two of them. */
const sharedMs = 2 * signatureWindowMs + 1_000;

/** Knows which calls of the gateway have been answered, so that nobody who has seen one can have it answered again. */
export interface ReplayGuard {
  /**
   * Whether this process sees the call for the first time: enough for reading. Who repeats a query to another replica, within
   * the window, learns what the answer that they saw go by has told them.
   */
  isFirstHere(call: Pick<Genuine, 'nonce' | 'signedAt'>): boolean;
  /**
   * Whether the call is the first with its nonce for all replicas, as far as Redis can be asked: without one, or while it is away,
   * each replica knows of its own only.
   */
  isFirstAnywhere(call: Pick<Genuine, 'nonce'>): Promise<boolean>;
}

/** @param redis the one that all replicas share; undefined: there is none */
export function createReplayGuard(redis: Redis | undefined): ReplayGuard {
  const memory = createNonceMemory({ windowMs: signatureWindowMs, most: mostRemembered });
  const breaker = createRedisBreaker({ isAnswer: () => false });
  return {
    isFirstHere: ({ nonce, signedAt }) => memory.isFirst(nonce, signedAt, Date.now()),
    async isFirstAnywhere({ nonce }) {
      if (redis === undefined) return true;
      try {
        return (await breaker.run(() => redis.set(`nonce:${nonce}`, '', 'PX', sharedMs, 'NX'))) === 'OK';
      } catch {
        return true;
      }
    },
  };
}
