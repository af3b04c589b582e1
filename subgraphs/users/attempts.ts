import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { addressKey } from '../../platform/address-key.ts';
import { refusal } from '../shared/user-errors.ts';

/** An attempt that was counted. */
interface Attempt {
  /** It was no guess: takes it back, and forgets those that this address has made on the account before. */
  succeeded(): Promise<void>;
}

/** Counts what may be guesses, one by one, however many come in one request, before it is found out whether they are right. */
export interface Attempts {
  /**
   * @param account whatever names one, whether or not there is such an account
   * @param address of the client; null where it isn't known
   * @throws Refusal TOO_MANY_ATTEMPTS
   */
  password(account: string, address: string | null): Promise<Attempt>;
  /** @throws Refusal TOO_MANY_ATTEMPTS */
  signUp(email: string, address: string | null): Promise<void>;
}

/** Of attempts that make sense one by one: by many addresses on one account, or by one address on many accounts. */
const spread = 10;

/**
 * So many attempts in a window for each account and address together; ten times as many for each by itself, so that neither
 * many addresses nor many accounts are a way around, and one address alone can't keep an account's owner out.
 *
 * @param redis where all replicas count; without it, and while it is away, each counts for itself
 */
export function createAttempts(
  options: { perWindow: number; windowSeconds: number },
  redis: Redis | undefined,
): Attempts {
  const { perWindow, windowSeconds } = options;

  const counter = (name: string, points: number) => {
    const memory = new RateLimiterMemory({ points, duration: windowSeconds });
    if (redis === undefined) return memory;
    return new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `attempts:${name}`,
      points,
      duration: windowSeconds,
      insuranceLimiter: memory,
    });
  };
  const here = counter('here', perWindow);
  const onAccount = counter('account', spread * perWindow);
  const fromAddress = counter('address', spread * perWindow);
  const signUpsOf = counter('sign-up', perWindow);
  const signUpsFrom = counter('sign-up-address', spread * perWindow);

  const count = async (limiter: ReturnType<typeof counter>, key: string) => {
    try {
      await limiter.consume(key);
    } catch (error) {
      if (error instanceof RateLimiterRes) throw tooMany(error.msBeforeNext);
      throw error;
    }
  };

  return {
    async password(account, address) {
      const name = keyOf(account);
      const from = address === null ? undefined : addressKey(address);
      const both = `${name}:${from ?? ''}`;
      // In this order: whoever is refused here uses up nothing of what others have.
      await count(here, both);
      if (from !== undefined) {
        await count(fromAddress, from);
        await count(onAccount, name);
      }
      return {
        async succeeded() {
          await here.delete(both);
          if (from === undefined) return;
          await Promise.all([fromAddress.reward(from), onAccount.reward(name)]);
        },
      };
    },
    async signUp(email, address) {
      await count(signUpsOf, keyOf(email));
      if (address !== null) await count(signUpsFrom, addressKey(address));
    },
  };
}

/** Names come in any length, and needn't be told to whoever looks into Redis. */
function keyOf(account: string): string {
  return createHash('sha256').update(account).digest('base64url');
}

function tooMany(waitMs: number) {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return refusal('TOO_MANY_ATTEMPTS', `There were too many attempts. Try again in ${seconds} s.`);
}
