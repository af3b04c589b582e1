import type { Outbox, OutboxRow } from './outbox.ts';
import { compareEpochs, type Position } from './position.ts';
import type { CacheStore } from './store.ts';

/** What a relay says holds for so long (rule 5): the longest time for which anything stale may be served. */
export const leaseMs = 2_000;

/**
 * How long nothing counts after the fence moved: a lease, and what two clocks may differ by in that time, since it is
 * begun by Redis' clock and waited for by the database's (rule 2).
 */
export const settleMs = leaseMs + 500;

/** Each round publishes one batch or follows one change of epoch. */
const mostRounds = 50;

export type Drain =
  /** Nothing that was committed before the drain began can be hidden by an answer from before it any more. */
  | { readonly done: true; readonly position: Position }
  | { readonly done: false; readonly reason: DrainRefusal; readonly newestEpoch: string };

type DrainRefusal =
  /** All is published, but what gateways on an older Redis serve hasn't run out yet. */
  | 'unsettled'
  /** We are on an older Redis than the one that a relay of this subgraph has seen. */
  | 'superseded'
  /** More waits than one drain publishes, or epochs come faster than they can be adopted. */
  | 'behind';

/** The part of the house that a relay serves: its subgraph, what waits there, and where it goes. */
export interface Route {
  readonly subgraph: string;
  readonly outbox: Outbox;
  readonly store: CacheStore;
}

/**
 * Publishes what waits in the outbox of a subgraph and renews the subgraph's lease. It keeps nothing between its steps
 * and may be cut off after any of them: the next one, here or in a sister process, begins anew.
 *
 * @throws whatever outbox and store throw; nothing counts then
 */
export async function drain(route: Route): Promise<Drain> {
  for (let round = 0; round < mostRounds; round += 1) {
    const result = await drainOnce(route);
    if (result !== undefined) return result;
  }
  const { position } = await route.store.status();
  return { done: false, reason: 'behind', newestEpoch: position.epoch };
}

/** @returns undefined if there is more to do */
async function drainOnce({ subgraph, outbox, store }: Route): Promise<Drain | undefined> {
  // Before the look, so that the lease ends by what was seen and not by when word of it arrived (rule 5).
  const { position, timeMs } = await store.status();
  const { epoch } = position;
  const { rows, isComplete, fence, source } = await outbox.look();

  // Rule 2. An older epoch is that of a Redis that others have left: what is published there doesn't count.
  if (fence !== undefined && compareEpochs(epoch, fence.epoch) < 0)
    return { done: false, reason: 'superseded', newestEpoch: fence.epoch };
  if (epoch !== fence?.epoch) {
    // Before the first fence there is no older epoch whose leases would have to run out.
    await outbox.adopt(epoch, fence === undefined ? 0 : settleMs);
    return undefined;
  }

  if (rows.length > 0) {
    // In this order: the other way round, a crash in between would lose rows.
    const published = await store.invalidate(tagsOf(rows));
    if (published.epoch !== epoch || !(await outbox.remove(idsOf(rows), epoch))) return undefined;
    // Where more was visible than was read, the look is no evidence that nothing waits.
    if (!isComplete) return undefined;
  }

  // The fence was where it is when the rows were looked at, and when they were removed. If it moves from now on, the
  // lease that is given here still ends before anything counts elsewhere.
  const lease = { subgraph, epoch, source, endsAtMs: timeMs + leaseMs };
  const renewal = await store.renewLease(lease);
  if (!renewal.renewed) {
    // Only here, after the fence was seen at this epoch: entries from before may miss what was drained elsewhere.
    if (renewal.reason === 'unswept') await store.sweep(lease);
    return undefined;
  }
  if (fence.settlesInMs > 0) return { done: false, reason: 'unsettled', newestEpoch: epoch };
  return { done: true, position: renewal.position };
}

function idsOf(rows: readonly OutboxRow[]): string[] {
  return rows.map(({ id }) => id);
}

function tagsOf(rows: readonly OutboxRow[]): string[] {
  return [...new Set(rows.flatMap(({ tags }) => tags))];
}
