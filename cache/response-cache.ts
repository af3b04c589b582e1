import { setTimeout as wait } from 'node:timers/promises';
import { pickBody } from './answer-bytes.ts';
import { createClaims } from './claims.ts';
import type { LocalCache, LocalLookupRequest } from './local-cache.ts';
import type { Position } from './position.ts';
import type {
  AnswerIdentity,
  CacheStore,
  CheckOutcome,
  Invalidity,
  Lookup,
  MissReason,
  NewAnswer,
  StoredAnswer,
} from './store.ts';
import { unlimited, type WaitBudget } from './wait-budget.ts';

/**
 * The store with a local cache before it, as a gateway uses them. Only {@link ResponseCache.check} rejects (rule 7).
 */
export interface ResponseCache {
  /**
   * With `claimMs` it waits for so long at most while somebody else makes the answer, here or on another gateway. Whoever gets
   * a miss should make it, and then `store` or `release` it, unless somebody else does.
   */
  lookup(request: Question): Promise<Found>;
  /** @param wanted the content coding that the client who asked for it wants */
  store(answer: NewAnswer, wanted: string): Promise<Kept>;
  /** Adds the bytes of a content coding to an answer that was found without them. Never rejects. */
  addCoding(answer: AnswerIdentity, encoding: string, body: Buffer): Promise<void>;
  /** For {@link createSingleFlight}. @throws if the cache is away: then the answer can't be vouched for */
  check: CacheStore['check'];
  /** Whether somebody here waits for an answer that this gateway is making, without having joined the work on it. */
  isAwaited(key: string): boolean;
  /** Ends this gateway's claim on a key whose answer can't be stored; without one it does nothing. */
  release(key: string): Promise<void>;
}

interface Question extends LocalLookupRequest {
  /** How long the asker may wait for the cache. Not counted is what somebody else needs to make the answer. */
  readonly budget?: WaitBudget;
  /** Whether an answer that time has expired will do: then nobody waits for a better one. */
  readonly acceptsExpired?: (answer: StoredAnswer) => boolean;
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
      /** Somebody else makes the answer, and what is expired will do: it needn't be made once more. */
      readonly madeElsewhere: boolean;
    };

interface Look {
  readonly found: Found;
  /** Somebody is making the answer, and it isn't whoever looked. */
  readonly isClaimed: boolean;
}

type Kept = { readonly stored: true } | { readonly stored: false; readonly reason: Invalidity | Away };

/** The store can't be reached, or couldn't a moment ago, or refuses. */
interface Away {
  readonly kind: 'away';
}

const away: Away = { kind: 'away' };

const unknown: Found = {
  hit: false,
  reason: away,
  position: undefined,
  expired: undefined,
  madeElsewhere: false,
};

/** How often is looked for what another gateway makes. */
const claimLookMs = 20;

export function createResponseCache({
  store,
  local,
}: {
  store: CacheStore;
  local: LocalCache;
}): ResponseCache {
  const claims = createClaims();

  const keepHit = (request: Question, { answer, position }: Extract<Lookup, { hit: true }>): Look => {
    local.keep(answer, request.encoding, position);
    return { found: { hit: true, from: 'shared', answer, position }, isClaimed: false };
  };

  const noteMiss = (request: Question, lookup: Extract<Lookup, { hit: false }>): Look => {
    const { position, reason, expired, claimedElsewhere } = lookup;
    const madeElsewhere =
      claimedElsewhere && expired !== undefined && request.acceptsExpired?.(expired) === true;
    return { found: { hit: false, position, reason, expired, madeElsewhere }, isClaimed: claimedElsewhere };
  };

  const look = (request: Question, budget: WaitBudget): Promise<Look> =>
    budget
      .spend(() => store.lookup(request))
      .then(
        (found) => (found.hit ? keepHit(request, found) : noteMiss(request, found)),
        // A request only has to know that it has no clock (rule 9); the connection tells the log when it is lost.
        () => ({ found: unknown, isClaimed: false }),
      );

  /** No more promises than that: this is the way of most hits. */
  const lookNearby = (request: Question, otherwise: () => Promise<Found>): Promise<Found> => {
    const { budget = unlimited } = request;
    const beganMs = budget.nowMs;
    const nearby = local.lookup(request);
    if (nearby === undefined) return otherwise();
    return nearby.then(
      (near) => {
        if (near !== undefined) return { hit: true, from: 'local', ...near };
        budget.count(beganMs);
        return otherwise();
      },
      () => unknown,
    );
  };

  const lookInStore = (request: Question): Promise<Found> => {
    const { budget = unlimited } = request;
    return look(request, budget).then((first) =>
      first.found.hit ? first.found : awaitOthers(request, budget, first),
    );
  };

  /** Somebody else may be making the answer; whoever asked makes it if not. */
  const awaitOthers = async (request: Question, budget: WaitBudget, first: Look): Promise<Found> => {
    const { keys, claimMs = 0 } = request;
    let last = first;
    if (last.isClaimed && !isMadeElsewhere(last.found)) {
      const underWay = claims.underWay(keys[0]);
      if (underWay === undefined) {
        const patience = AbortSignal.timeout(claimMs);
        await claims.watch(keys[0], async () => {
          while (last.isClaimed && !patience.aborted) {
            await wait(claimLookMs);
            // Not the asker's own waiting: the other one works meanwhile.
            last = await look(request, unlimited);
          }
        });
      } else {
        await underWay;
        const found = await lookNearby(request, async () => {
          // What isn't there then isn't waited for again: it can't be kept, or is somebody else's.
          last = await look(request, budget);
          return last.found;
        });
        if (found.hit) return found;
      }
    }
    if (!last.found.hit && !last.isClaimed && claimMs > 0) claims.hold(keys[0], claimMs);
    return last.found;
  };

  return {
    lookup: (request) => lookNearby(request, () => lookInStore(request)),

    async store(answer, wanted) {
      let outcome: CheckOutcome;
      try {
        outcome = await store.store(answer);
      } catch {
        return { stored: false, reason: away };
      } finally {
        claims.end(answer.key);
      }
      if (!outcome.valid) return { stored: false, reason: outcome.reason };
      const { bodies, keepMs: _, ...facts } = answer;
      local.keep({ ...facts, ...pickBody(bodies, wanted), ageMs: 0 }, wanted, outcome.position);
      return { stored: true };
    },

    async addCoding(answer, encoding, body) {
      local.addCoding(answer, encoding, body);
      await store.addCoding(answer, encoding, body).catch(() => {});
    },

    check: store.check,

    isAwaited: claims.isAwaited,

    async release(key) {
      // The store ends whoever's claim it is. That one may have run out here and begun anew elsewhere a moment before, which
      // costs no more than the same work done twice.
      if (!claims.holds(key)) return;
      // A claim that can't be ended ends by itself.
      await store.release(key).catch(() => {});
      claims.end(key);
    },
  };
}

function isMadeElsewhere(found: Found): boolean {
  return !found.hit && found.madeElsewhere;
}
