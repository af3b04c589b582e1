import type { Position } from './position.ts';

/**
 * Where answers and invalidations meet: shared by all gateways and relays of a supergraph. There are two:
 * redis-store.ts, and memory-store.ts for one process. Both keep the same three things (rules are those of README.md):
 *
 * - `state`: epoch, clock, floor, every subgraph's lease. One record, so that it is lost as a whole or not at all.
 * - `marks`: tag -> the clock of its last invalidation. A tag that isn't there has the floor as its mark.
 * - an entry for each answer.
 *
 * Every operation is atomic and reads the epoch that the store holds at that moment, starting one where there is none
 * (rule 2). An operation rejects when the store can't be reached; nothing is known then about what it did.
 */
export interface CacheStore extends AnswerStore, RelayStore {}

/** What gateways do. */
interface AnswerStore {
  /**
   * Looks for the first of the keys that has a valid answer: the public one and the viewer's own, say.
   * A miss tells the position *before* the work that is to make the answer: store it under that one, or an earlier one.
   */
  lookup(request: LookupRequest): Promise<Lookup>;

  /** Keeps an answer, if what it rests on still holds at this very moment (rule 1). Ends a claim on the key. */
  store(answer: NewAnswer): Promise<StoreOutcome>;

  /**
   * Adds the bytes of a content coding to an answer that was found without them. Does nothing where the entry is another one
   * by now.
   */
  addCoding(answer: AnswerIdentity, encoding: string, body: Buffer): Promise<void>;

  /** Whether an answer with these dependencies may be given to someone who asked before this call (rule 9). */
  check(dependencies: Dependencies): Promise<CheckOutcome>;

  /** Ends a claim on a key whose answer turned out not to be storable. */
  release(key: string): Promise<void>;

  /**
   * What a local cache that stands at `since` has to know before it serves (rule 10).
   *
   * @param since undefined: it knows nothing yet
   */
  changesSince(since: Position | undefined): Promise<Changes>;

  /**
   * Marks the tags, and their buckets and families (tags.ts). Entries that hold one of them are gone when it resolves.
   */
  invalidate(tags: readonly string[]): Promise<Position>;
}

/** What relays do besides invalidating. `subgraph` is the relay's own. */
interface RelayStore {
  /** Where the store stands, and its own time in milliseconds: only that one counts for leases (rule 5). */
  status(): Promise<{ position: Position; timeMs: number }>;

  /**
   * Invalidates everything of a subgraph, once for each epoch and each database behind it (rule 2). Only after that the
   * subgraph has a lease again.
   *
   * @param sweep.epoch does nothing in another one: the sweep has to come after the fence was moved
   * @param sweep.source the database: what differs after it was restored, failed over, re-created or migrated
   */
  sweep(sweep: { subgraph: string; epoch: string; source: string }): Promise<SweepOutcome>;

  /**
   * Says that all that was written to `source` before a moment has been published. Never makes a lease shorter (rule
   * 5).
   *
   * @param lease.epoch of the `status` that was read before the outbox was looked at; refused in another one
   * @param lease.endsAtMs in the store's own time
   */
  renewLease(lease: {
    subgraph: string;
    epoch: string;
    source: string;
    endsAtMs: number;
  }): Promise<LeaseOutcome>;

  /** Starts an epoch that is newer than `epoch`, where there isn't one already. */
  supersede(epoch: string): Promise<Position>;

  /** Connects anew, because what it is connected to may be an old primary that lives on. */
  reconnect(): void;
}

/** What an answer rests on. */
export interface Dependencies {
  /** Read before the first piece of work that is in the answer began. */
  readonly position: Position;
  /** As `tagsToHold` gives them. */
  readonly tags: readonly string[];
  /**
   * Subgraphs whose relay must have a valid lease for the answer to be served. One without a relay isn't named here.
   */
  readonly relays: readonly string[];
}

export interface NewAnswer extends Dependencies {
  readonly key: string;
  /** For the caller, who gets it back as it is. */
  readonly meta: string;
  /** The bytes, by content coding: `identity` always, `br` and `gzip` where they are worth it. */
  readonly bodies: Readonly<{ identity: Buffer; [coding: string]: Buffer }>;
  /** How long it is fresh. */
  readonly freshMs: number;
  /** How long it is kept, for `stale-while-revalidate` and `stale-if-error`: `freshMs` or more. At most `maxKeepMs`. */
  readonly keepMs: number;
}

export interface StoredAnswer extends Dependencies {
  readonly key: string;
  readonly meta: string;
  readonly body: Buffer;
  /** The content coding of `body`: the one that was asked for, or `identity`. */
  readonly encoding: string;
  readonly ageMs: number;
  readonly freshMs: number;
}

/** What no two different answers have in common, if their `meta` tells their bytes apart. */
export type AnswerIdentity = Pick<StoredAnswer, 'key' | 'position' | 'meta'>;

export function isSameAnswer(one: AnswerIdentity, other: AnswerIdentity): boolean {
  return (
    one.key === other.key &&
    one.meta === other.meta &&
    one.position.epoch === other.position.epoch &&
    one.position.clock === other.position.clock
  );
}

export interface LookupRequest {
  /** In the order of preference. */
  readonly keys: readonly [string, ...string[]];
  /** The content coding that is wanted. */
  readonly encoding: string;
  /**
   * On a miss claims the first key for so long, so that other gateways wait for this answer instead of working, too.
   * Nothing but work is at stake: the answer they find is checked like any other.
   */
  readonly claimMs?: number;
}

export type Lookup =
  | {
      readonly hit: true;
      /** Where the store stood when it found the answer valid. */
      readonly position: Position;
      readonly answer: StoredAnswer;
    }
  | {
      readonly hit: false;
      readonly position: Position;
      readonly reason: MissReason;
      /** Valid, but older than it may be: may be served stale, never after it was invalidated. */
      readonly expired?: StoredAnswer;
      /** Someone else holds the claim that was asked for. */
      readonly claimedElsewhere: boolean;
    };

/** Why what was computed must not be served any more. */
export type Invalidity =
  /** Of another life of the store. */
  | { readonly kind: 'epoch' }
  /** This tag was invalidated after the work began. */
  | { readonly kind: 'tag'; readonly tag: string }
  /** The relay of this subgraph hasn't said in time that nothing waits in its outbox. */
  | { readonly kind: 'lease'; readonly subgraph: string };

export type MissReason = Invalidity | { readonly kind: 'absent' } | { readonly kind: 'expired' };

export type CheckOutcome =
  | { readonly valid: true; readonly position: Position }
  | { readonly valid: false; readonly position: Position; readonly reason: Invalidity };

/** Where it was stored, a local cache may keep it, too, if it stands at `position` or before. */
type StoreOutcome = CheckOutcome;

export interface Changes {
  readonly position: Position;
  /** The mark of every tag that isn't marked. */
  readonly floor: number;
  /** Marked since, with their marks; undefined: too many, or since another life: forget everything. */
  readonly marked: ReadonlyMap<string, number> | undefined;
  /** How many milliseconds each subgraph's lease goes on; those that have run out aren't named. */
  readonly leases: ReadonlyMap<string, number>;
}

type SweepOutcome =
  | { readonly swept: true; readonly position: Position }
  | { readonly swept: false; readonly position: Position };

type LeaseOutcome =
  | { readonly renewed: true; readonly position: Position }
  /** `unswept`: the subgraph has to be swept in this epoch, for this source, first. */
  | { readonly renewed: false; readonly position: Position; readonly reason: 'epoch' | 'unswept' };

/** No answer is kept for longer, whatever its `keepMs`. */
export const maxKeepMs = 24 * 60 * 60 * 1000;

/**
 * How many tags are kept marked at most. Above that the floor rises, which invalidates the oldest entries: about 100
 * bytes each, so some 50 MB.
 */
export const maxMarks = 500_000;

/** So many marks are removed with one invalidation, so that none of them takes long. */
export const pruneStep = 1_000;

/** A local cache that missed more invalidations than this starts anew. */
export const maxChanges = 1_000;
