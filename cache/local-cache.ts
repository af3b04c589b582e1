import { createBoundedMemo } from '../platform/bounded-memo.ts';
import { sizeOf } from './answer-bytes.ts';
import { createMarks } from './marks.ts';
import { isAtOrAfter, type Position } from './position.ts';
import { createSharedRun } from './shared-run.ts';
import {
  type AnswerIdentity,
  type CacheStore,
  type Changes,
  isSameAnswer,
  type LookupRequest,
  type StoredAnswer,
} from './store.ts';
import { findInvalidity } from './validity.ts';
import { unlimited, type WaitBudget } from './wait-budget.ts';

/** So many marks are remembered; when there are more, the answers that are older than the oldest of them go. */
const maxLocalMarks = 50_000;

/**
 * Answers in the memory of one process, that are as exact as those in the store (rule 10): before it serves, it asks
 * the store what was invalidated since it last did, once for all requests of that moment.
 */
export interface LocalCache {
  /**
   * @returns undefined, at once, where there is nothing that could be served: hits in the store shouldn't wait for it
   * @throws what the store throws, or WaitedTooLongError: nothing is served then
   */
  lookup(request: LocalLookupRequest): Promise<Near | undefined> | undefined;
  /**
   * Keeps an answer that the store gave or took.
   *
   * @param wanted the content coding that was asked for
   * @param validAt where the store stood when it found the answer valid. Ignored if that was before where this cache
   *   stands: what was invalidated in between is known here already, and would not be told again.
   */
  keep(answer: StoredAnswer, wanted: string, validAt: Position): void;
  /** The same bytes in the coding that was asked for: replaces those of an answer that is kept without it. */
  addCoding(answer: AnswerIdentity, encoding: string, body: Buffer): void;
  /** Of all answers together. */
  readonly bytes: number;
}

interface Near {
  readonly answer: StoredAnswer;
  readonly position: Position;
}

export interface LocalLookupRequest extends LookupRequest {
  /** What the client has written, or seen: it gets nothing from before, however much lag it is allowed. */
  readonly after?: Position | undefined;
}

/**
 * @param options.maxBytes of all answers together
 * @param options.maxLagMs how old an answer of the store may be to be taken instead of asking; 0: always ask
 * @param options.now milliseconds, of a clock that never goes back
 * @param options.openBudget bounds how long requests wait for a question of theirs to the store; by default nothing does
 */
export function createLocalCache(options: {
  store: CacheStore;
  maxBytes: number;
  maxLagMs: number;
  now: () => number;
  openBudget?: () => WaitBudget;
}): LocalCache {
  const { store, maxBytes, maxLagMs, now, openBudget = () => unlimited } = options;
  const answers = createBoundedMemo<Variants>(maxBytes);
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
  const ask = createSharedRun(
    async () => {
      const askedAtMs = now();
      apply(await store.changesSince(known?.position), askedAtMs);
    },
    (run) => openBudget().spend(run),
  );

  const mayLag = (after: Position | undefined) =>
    known !== undefined &&
    now() - known.askedAtMs < maxLagMs &&
    (after === undefined || isAtOrAfter(known.position, after));

  const hasLease = (subgraph: string) => (leases.get(subgraph) ?? 0) > now();

  const find = (key: string, encoding: string): Near | undefined => {
    const kept = answers.get(key)?.get(encoding);
    if (kept === undefined || known === undefined) return undefined;
    const { position } = known;
    const invalid = findInvalidity(kept.answer, kept.validAt, { position, marks, hasLease });
    const ageMs = now() - kept.madeAtMs;
    if (invalid === undefined && ageMs < kept.answer.freshMs) {
      // What was marked up to here needn't be looked at again.
      kept.validAt = position;
      return { answer: { ...kept.answer, ageMs }, position };
    }
    // A lease comes back; what was invalidated or is too old does not, and in other codings it is mostly as old.
    if (invalid?.kind !== 'lease') answers.delete(key);
    return undefined;
  };

  const findFirst = ({ keys, encoding }: LocalLookupRequest): Near | undefined => {
    for (const key of keys) {
      const near = find(key, encoding);
      if (near !== undefined) return near;
    }
    return undefined;
  };

  const keepVariant = (wanted: string, kept: Kept) => {
    const variants: Variants = new Map(answers.get(kept.answer.key));
    variants.set(wanted, kept);
    let bytes = 0;
    for (const { answer } of variants.values()) bytes += sizeOf(answer, [answer.body]);
    answers.set(kept.answer.key, variants, bytes);
  };

  const hasAny = ({ keys, encoding }: LocalLookupRequest) => {
    for (const key of keys) if (answers.get(key)?.has(encoding)) return true;
    return false;
  };

  return {
    lookup(request) {
      // With nothing to serve there is nothing to ask: the lookup in the store comes next, which is exact by itself.
      if (known !== undefined && !hasAny(request)) return undefined;
      if (mayLag(request.after)) return Promise.resolve(findFirst(request));
      return ask().then(() => findFirst(request));
    },

    keep(answer, wanted, validAt) {
      if (known === undefined || maxBytes === 0) return;
      // The store says that another life has begun: the next lookup asks where that one stands.
      if (validAt.epoch !== known.position.epoch) return forget();
      if (!isAtOrAfter(validAt, known.position)) return;
      keepVariant(wanted, { answer: copyOf(answer), madeAtMs: now() - answer.ageMs, validAt });
    },

    addCoding(answer, encoding, body) {
      const kept = answers.get(answer.key)?.get(encoding);
      if (kept === undefined || !isSameAnswer(kept.answer, answer)) return;
      keepVariant(encoding, { ...kept, answer: { ...kept.answer, encoding, body } });
    },

    get bytes() {
      return answers.size;
    },
  };
}

/** Has read what a store reads only when it is asked for, and holds on to no bytes but its own. */
function copyOf(answer: StoredAnswer): StoredAnswer {
  const { key, meta, position, tags, relays, encoding, ageMs, freshMs } = answer;
  return { key, meta, position, tags, relays, encoding, ageMs, freshMs, body: ownBytes(answer.body) };
}

/** A part of a reply keeps all of it in memory, which nobody counts; so does a part of Node's pool. */
function ownBytes(body: Buffer): Buffer {
  if (body.length === body.buffer.byteLength) return body;
  const own = Buffer.allocUnsafeSlow(body.length);
  body.copy(own);
  return own;
}

interface Kept {
  readonly answer: StoredAnswer;
  readonly madeAtMs: number;
  /** Where the store stood when it, or this cache, last found the answer valid. */
  validAt: Position;
}

/** One answer by the content coding that was asked for. */
type Variants = Map<string, Kept>;
