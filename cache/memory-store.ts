import { createBoundedMemo } from '../platform/bounded-memo.ts';
import { pickBody, sizeOf } from './answer-bytes.ts';
import { createMarks } from './marks.ts';
import { beginOfEpoch, compareEpochs, makeEpoch, type Position } from './position.ts';
import {
  type CacheStore,
  type Dependencies,
  isSameAnswer,
  type Lookup,
  type MissReason,
  maxChanges,
  maxKeepMs,
  maxMarks,
  type NewAnswer,
  pruneStep,
  type StoredAnswer,
} from './store.ts';
import { tagsToMark } from './tags.ts';
import { findInvalidity } from './validity.ts';

type Kept = NewAnswer & { readonly storedAtMs: number; readonly keptUntilMs: number };

/**
 * The cache of one process: every party has to hold the same store. What the scripts of redis-store.ts do, without
 * Redis; read this one first.
 *
 * @param options.maxBytes of all answers together; those not used for longest go first
 * @param options.now milliseconds since 1970
 * @param options.distinction eight hex digits that no other process has: they tell epochs of the same moment apart
 */
export function createMemoryStore(options: {
  maxBytes: number;
  now: () => number;
  distinction: string;
}): CacheStore {
  const { maxBytes, now, distinction } = options;
  let epoch = makeEpoch(now() * 1000, distinction);
  let clock = 0;
  let marks = createMarks(0);
  /** Ends of leases; and the database that each subgraph was swept for in this epoch. */
  let leases = new Map<string, number>();
  let sources = new Map<string, string>();
  /** Some moment, and the clock then: once it is longer ago than any entry may be, no entry needs marks up to it. */
  let checkpoint = { clock: 0, atMs: now() };
  let agedClock = 0;
  const answers = createBoundedMemo<Kept>(maxBytes);
  const claims = createBoundedMemo<number>(10_000);

  const position = (): Position => ({ epoch, clock });
  const invalidity = (dependencies: Dependencies) =>
    findInvalidity(dependencies, dependencies.position, {
      position: position(),
      marks,
      hasLease: (subgraph) => (leases.get(subgraph) ?? 0) > now(),
    });

  const mark = (tags: readonly string[]) => {
    const marked = tagsToMark(tags);
    if (marked.length === 0) return;
    clock += 1;
    for (const tag of marked) marks.mark(tag, clock);
    if (now() - checkpoint.atMs > maxKeepMs) {
      agedClock = checkpoint.clock;
      checkpoint = { clock, atMs: now() };
    }
    marks.prune(agedClock, pruneStep);
    if (marks.size > maxMarks) marks.prune(clock, marks.size - maxMarks);
  };

  const claim = (key: string, claimMs: number): boolean => {
    if ((claims.get(key) ?? 0) > now()) return false;
    claims.set(key, now() + claimMs, 1);
    return true;
  };

  return {
    async lookup({ keys, encoding, claimMs }): Promise<Lookup> {
      let reason: MissReason = { kind: 'absent' };
      let expired: StoredAnswer | undefined;
      for (const key of keys) {
        const kept = answers.get(key);
        if (kept === undefined) continue;
        if (kept.keptUntilMs <= now()) {
          answers.delete(key);
          continue;
        }
        const invalid = invalidity(kept);
        if (invalid !== undefined) {
          reason = invalid;
          continue;
        }
        const answer = toStoredAnswer(kept, encoding, now());
        if (answer.ageMs < answer.freshMs) return { hit: true, position: position(), answer };
        reason = { kind: 'expired' };
        expired = answer;
      }
      const claimedElsewhere = claimMs !== undefined && !claim(keys[0], claimMs);
      return {
        hit: false,
        position: position(),
        reason,
        claimedElsewhere,
        ...(expired === undefined ? {} : { expired }),
      };
    },

    async store(answer) {
      claims.delete(answer.key);
      const reason = invalidity(answer);
      if (reason !== undefined) return { valid: false, position: position(), reason };
      const kept = { ...answer, storedAtMs: now(), keptUntilMs: now() + Math.min(answer.keepMs, maxKeepMs) };
      answers.set(answer.key, kept, sizeOf(answer, Object.values(answer.bodies)));
      return { valid: true, position: position() };
    },

    async addCoding(answer, encoding, body) {
      const kept = answers.get(answer.key);
      if (kept === undefined || !isSameAnswer(kept, answer)) return;
      const more = { ...kept, bodies: { ...kept.bodies, [encoding]: body } };
      answers.set(answer.key, more, sizeOf(more, Object.values(more.bodies)));
    },

    async check(dependencies) {
      const reason = invalidity(dependencies);
      return reason === undefined
        ? { valid: true, position: position() }
        : { valid: false, position: position(), reason };
    },

    async release(key) {
      claims.delete(key);
    },

    async changesSince(since) {
      const follows = since?.epoch === epoch && since.clock >= marks.floor && since.clock <= clock;
      const left = [...leases].map(([subgraph, endsAtMs]) => [subgraph, endsAtMs - now()] as const);
      return {
        position: position(),
        floor: marks.floor,
        marked: follows ? marks.since(since.clock, maxChanges) : undefined,
        leases: new Map(left.filter(([, ms]) => ms > 0)),
      };
    },

    async invalidate(tags) {
      mark(tags);
      return position();
    },

    async status() {
      return { position: position(), timeMs: now() };
    },

    async sweep(sweep) {
      if (sweep.epoch !== epoch) return { swept: false, position: position() };
      mark([sweep.subgraph]);
      sources.set(sweep.subgraph, sweep.source);
      // What the relay said of another database says nothing of this one.
      leases.delete(sweep.subgraph);
      return { swept: true, position: position() };
    },

    async renewLease(lease) {
      if (lease.epoch !== epoch) return { renewed: false, position: position(), reason: 'epoch' };
      if (sources.get(lease.subgraph) !== lease.source)
        return { renewed: false, position: position(), reason: 'unswept' };
      leases.set(lease.subgraph, Math.max(leases.get(lease.subgraph) ?? 0, lease.endsAtMs));
      return { renewed: true, position: position() };
    },

    async supersede(older) {
      if (compareEpochs(epoch, older) > 0) return position();
      epoch = makeEpoch(Math.max(now() * 1000, beginOfEpoch(older) + 1), distinction);
      clock = 0;
      marks = createMarks(0);
      leases = new Map();
      sources = new Map();
      checkpoint = { clock: 0, atMs: now() };
      agedClock = 0;
      return position();
    },

    reconnect() {},
  };
}

function toStoredAnswer(kept: Kept, wanted: string, nowMs: number): StoredAnswer {
  const { position, tags, relays, key, meta, bodies, freshMs, storedAtMs } = kept;
  return {
    position,
    tags,
    relays,
    key,
    meta,
    ...pickBody(bodies, wanted),
    freshMs,
    ageMs: nowMs - storedAtMs,
  };
}
