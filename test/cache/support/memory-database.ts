import type { Outbox } from '../../../cache/outbox.ts';

/** A database with one row, its outbox and its fence: as much as a relay sees of a subgraph's PostgreSQL. */
export interface MemoryDatabase {
  readonly outbox: Outbox;
  /** Value of the row, written with an outbox row in one transaction. */
  value: string;
  /** Commits a new value. */
  write(value: string, tags?: readonly string[]): void;
  readonly waiting: number;
  readonly fence: string | undefined;
  /** Restored from a backup: another timeline, and what was written since is gone with its outbox rows. */
  restore(value: string): void;
  pass(ms: number): void;
}

/** @param batch how many rows a look returns at most */
export function createMemoryDatabase(batch = 1_000): MemoryDatabase {
  let nowMs = 0;
  let ids = 0;
  let timeline = 1;
  let rows: { id: string; tags: readonly string[] }[] = [];
  let fence: { epoch: string; settledAtMs: number } | undefined;
  const database: MemoryDatabase = {
    value: 'v0',
    write(value, tags = ['posts/Post:7']) {
      database.value = value;
      ids += 1;
      rows.push({ id: String(ids), tags });
    },
    get waiting() {
      return rows.length;
    },
    get fence() {
      return fence?.epoch;
    },
    restore(value) {
      database.value = value;
      rows = [];
      timeline += 1;
    },
    pass(ms) {
      nowMs += ms;
    },
    outbox: {
      look: async () => ({
        rows: rows.slice(0, batch),
        isComplete: rows.length <= batch,
        source: `system:${timeline}`,
        fence: fence && { epoch: fence.epoch, settlesInMs: Math.max(0, fence.settledAtMs - nowMs) },
      }),
      remove: async (ids, epoch) => {
        if (fence?.epoch !== epoch) return false;
        rows = rows.filter(({ id }) => !ids.includes(id));
        return true;
      },
      adopt: async (epoch, settleMs) => {
        // Who adopts without a time to settle has seen no fence: if there is one by now, it isn't theirs to move.
        if (fence === undefined || (fence.epoch < epoch && settleMs > 0))
          fence = { epoch, settledAtMs: nowMs + settleMs };
      },
    },
  };
  return database;
}
