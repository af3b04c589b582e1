/**
 * What a relay asks of the database of its subgraph. Triggers write a row into the outbox in the transaction that
 * changes data, so that what is committed and what has to be invalidated can't differ (rule 3).
 */
export interface Outbox {
  /**
   * One look at the database, all of it in one snapshot. It locks nothing, and what it returns stays visible to others:
   * that a row is published twice is harmless, that it is hidden from a sister who then says "nothing waits" is not
   * (rule 3).
   */
  look(): Promise<OutboxLook>;

  /**
   * Deletes rows that were published in `epoch`, in one statement with the comparison.
   *
   * @returns false, with nothing deleted, if the fence isn't at `epoch`: then the rows were published to a Redis that
   *   is not the current one, and don't count as published (rule 2)
   */
  remove(ids: readonly string[], epoch: string): Promise<boolean>;

  /**
   * Moves the fence to a newer epoch, from which on nothing counts for `settleMs`. Never moves it back. With 0 it sets the
   * first one only: whoever saw none, and comes late, has to look again.
   */
  adopt(epoch: string, settleMs: number): Promise<void>;
}

interface OutboxLook {
  readonly rows: readonly OutboxRow[];
  /** Whether `rows` is all that was visible, and not just the first of it. */
  readonly isComplete: boolean;
  /**
   * The database itself: system identifier, timeline, oid, migrations. Another one may have lost or gained writes that
   * no outbox tells of.
   */
  readonly source: string;
  /** The newest epoch that any relay of this subgraph has seen; undefined before the first one. */
  readonly fence: Fence | undefined;
}

export interface OutboxRow {
  readonly id: string;
  readonly tags: readonly string[];
}

export interface Fence {
  readonly epoch: string;
  /**
   * How long, in milliseconds, gateways on an older Redis may still serve what they have there: until the last lease
   * that was given before the fence moved has run out. 0 when that is over.
   */
  readonly settlesInMs: number;
}
