import { type BreakerWatch, createRedisBreaker } from '../platform/redis-breaker.ts';
import type { CacheStore } from './store.ts';

/**
 * A store that is given up soon when it is away (rule 7). How long one operation may take is the connection's matter:
 * its command timeout.
 *
 * @param now milliseconds, of a clock that never goes back
 */
export function createGuardedStore(store: CacheStore, now: () => number, watch?: BreakerWatch): CacheStore {
  const breaker = createRedisBreaker({ now, isAnswer: isReply, watch });
  const guarded =
    <Args extends unknown[], Result>(operation: (...args: Args) => Promise<Result>) =>
    (...args: Args) =>
      breaker.run(() => operation(...args));
  return {
    lookup: guarded(store.lookup),
    store: guarded(store.store),
    addCoding: guarded(store.addCoding),
    check: guarded(store.check),
    release: guarded(store.release),
    changesSince: guarded(store.changesSince),
    invalidate: guarded(store.invalidate),
    status: guarded(store.status),
    sweep: guarded(store.sweep),
    renewLease: guarded(store.renewLease),
    supersede: guarded(store.supersede),
    reconnect: store.reconnect,
  };
}

/** A Redis that is full or read-only says so at once: what it can still do, it may. */
function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}
