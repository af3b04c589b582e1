import { pickBody } from './answer-bytes.ts';
import type { LocalCache, LocalLookupRequest } from './local-cache.ts';
import type { Position } from './position.ts';
import type { CacheStore, CheckOutcome, Invalidity, MissReason, NewAnswer, StoredAnswer } from './store.ts';

/**
 * The store with a local cache before it, as a gateway uses them. Only {@link ResponseCache.check} rejects (rule 7).
 */
export interface ResponseCache {
  lookup(request: LocalLookupRequest): Promise<Found>;
  /** @param wanted the content coding that the client who asked for it wants */
  store(answer: NewAnswer, wanted: string): Promise<Kept>;
  /** For {@link createSingleFlight}. @throws if the cache is away: then the answer can't be vouched for */
  check: CacheStore['check'];
  /** Ends a claim on a key whose answer can't be stored. */
  release(key: string): Promise<void>;
}

export type Found =
  | {
      readonly hit: true;
      readonly from: 'local' | 'shared';
      readonly answer: StoredAnswer;
      readonly position: Position;
    }
  | {
      readonly hit: false;
      readonly reason: MissReason | Away;
      /** What to store the answer under that is made now; undefined: it can't be stored. */
      readonly position: Position | undefined;
      readonly expired: StoredAnswer | undefined;
      /** Another gateway is making this answer: look again in a moment. */
      readonly claimedElsewhere: boolean;
    };

type Kept = { readonly stored: true } | { readonly stored: false; readonly reason: Invalidity | Away };

/** The store can't be reached, or couldn't a moment ago, or refuses. */
interface Away {
  readonly kind: 'away';
}

const away: Away = { kind: 'away' };

export function createResponseCache({
  store,
  local,
}: {
  store: CacheStore;
  local: LocalCache;
}): ResponseCache {
  return {
    async lookup(request): Promise<Found> {
      try {
        const near = await local.lookup(request);
        if (near !== undefined) return { hit: true, from: 'local', ...near };
        const found = await store.lookup(request);
        if (!found.hit) return { expired: undefined, ...found };
        local.keep(found.answer, request.encoding, found.position);
        return { ...found, from: 'shared' };
      } catch {
        // A request only has to know that it has no clock (rule 9); the connection tells the log when it is lost.
        return { hit: false, reason: away, position: undefined, expired: undefined, claimedElsewhere: false };
      }
    },

    async store(answer, wanted) {
      let outcome: CheckOutcome;
      try {
        outcome = await store.store(answer);
      } catch {
        return { stored: false, reason: away };
      }
      if (!outcome.valid) return { stored: false, reason: outcome.reason };
      const { bodies, keepMs: _, ...facts } = answer;
      local.keep({ ...facts, ...pickBody(bodies, wanted), ageMs: 0 }, wanted, outcome.position);
      return { stored: true };
    },

    check: store.check,

    async release(key) {
      // A claim that can't be ended ends by itself.
      await store.release(key).catch(() => {});
    },
  };
}
