import { createBoundedMemo } from '../platform/bounded-memo.ts';
import { sizeOf } from './answer-bytes.ts';
import { createMarks } from './marks.ts';
import { isAtOrAfter, type Position } from './position.ts';
import { createSharedRun } from './shared-run.ts';
import type { CacheStore, Changes, LookupRequest, StoredAnswer } from './store.ts';
import { findInvalidity } from './validity.ts';

/** So many marks are remembered; when there are more, the answers that are older than the oldest of them go. */
const maxLocalMarks = 50_000;

/**
 * Answers in the memory of one process, that are as exact as those in the store (rule 10): before it serves, it asks
 * the store what was invalidated since it last did, once for all requests of that moment.
 */
export interface LocalCache {
  /** @throws what the store throws: nothing is served then */
  lookup(request: LocalLookupRequest): Promise<{ answer: StoredAnswer; position: Position } | undefined>;
  /**
   * Keeps an answer that the store gave or took.
   *
   * @param wanted the content coding that was asked for
   * @param validAt where the store stood when it found the answer valid. Ignored if that was before where this cache
   *   stands: what was invalidated in between is known here already, and would not be told again.
   */
  keep(answer: StoredAnswer, wanted: string, validAt: Position): void;
  /** Of all answers together. */
  readonly bytes: number;
}

export interface LocalLookupRequest extends LookupRequest {
  /** What the client has written, or seen: it gets nothing from before, however much lag it is allowed. */
  readonly after?: Position | undefined;
}

/**
 * @param options.maxBytes of all answers together
 * @param options.maxLagMs how old an answer of the store may be to be taken instead of asking; 0: always ask
 * @param options.now milliseconds, of a clock that never goes back
 */
export function createLocalCache(options: {
  store: CacheStore;
  maxBytes: number;
  maxLagMs: number;
  now: () => number;
}): LocalCache {
  const { store, maxBytes, maxLagMs, now } = options;
  const answers = createBoundedMemo<{ answer: StoredAnswer; madeAtMs: number }>(maxBytes);
  /** Up to where we know what was invalidated, and when we asked. */
  let known: { position: Position; askedAtMs: number } | undefined;
  /** What was marked since. What isn't in it was not invalidated since it was found valid. */
  let marks = createMarks(0);
  /** When leases end, by our clock. */
  let leases = new Map<string, number>();

  const forget = () => {
    answers.clear();
    marks = createMarks(0);
    known = undefined;
  };

  const apply = ({ position, marked, leases: left }: Changes, askedAtMs: number) => {
    if (marked === undefined) forget();
    else {
      // In the order of the clock, as marks are kept.
      for (const [tag, clock] of [...marked].sort(([, a], [, b]) => a - b)) marks.mark(tag, clock);
      marks.prune(position.clock, marks.size - maxLocalMarks);
    }
    known = { position, askedAtMs };
    // Counted from before the question: the store read its clock after that.
    leases = new Map([...left].map(([subgraph, ms]) => [subgraph, askedAtMs + ms]));
  };

  // Rule 10: a request joins only a question that has not been sent yet. Replies are applied one after the other.
  const ask = createSharedRun(async () => {
    const askedAtMs = now();
    apply(await store.changesSince(known?.position), askedAtMs);
  });

  const mayLag = (after: Position | undefined) =>
    known !== undefined &&
    now() - known.askedAtMs < maxLagMs &&
    (after === undefined || isAtOrAfter(known.position, after));

  const find = (slot: string): StoredAnswer | undefined => {
    const kept = answers.get(slot);
    if (kept === undefined || known === undefined) return undefined;
    const knowledge = {
      epoch: known.position.epoch,
      marks,
      hasLease: (subgraph: string) => (leases.get(subgraph) ?? 0) > now(),
    };
    const invalid = findInvalidity(kept.answer, knowledge);
    const ageMs = now() - kept.madeAtMs;
    if (invalid === undefined && ageMs < kept.answer.freshMs) return { ...kept.answer, ageMs };
    // A lease comes back; what was invalidated or is too old does not.
    if (invalid?.kind !== 'lease') answers.delete(slot);
    return undefined;
  };

  return {
    async lookup({ keys, encoding, after }) {
      const slots = keys.map((key) => slotOf(key, encoding));
      // With nothing to serve there is nothing to ask: the lookup in the store comes next, which is exact by itself.
      const hasAny = slots.some((slot) => answers.get(slot) !== undefined);
      if (known === undefined || (hasAny && !mayLag(after))) await ask();
      for (const slot of slots) {
        const answer = find(slot);
        if (answer !== undefined && known !== undefined) return { answer, position: known.position };
      }
      return undefined;
    },

    keep(answer, wanted, validAt) {
      if (known === undefined) return;
      // The store says that another life has begun: the next lookup asks where that one stands.
      if (validAt.epoch !== known.position.epoch) return forget();
      if (!isAtOrAfter(validAt, known.position)) return;
      const kept = { answer, madeAtMs: now() - answer.ageMs };
      answers.set(slotOf(answer.key, wanted), kept, sizeOf(answer, [answer.body]));
    },

    get bytes() {
      return answers.size;
    },
  };
}

/** An answer in another coding is another one here. */
function slotOf(key: string, encoding: string): string {
  return `${encoding} ${key}`;
}
