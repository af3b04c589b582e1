import type { Marks } from './marks.ts';
import type { Position } from './position.ts';
import type { Dependencies, Invalidity } from './store.ts';

/** What is known of the cache where an answer is judged: in a store, or in a local copy of its marks. */
export interface Knowledge {
  /** No mark is above its clock. */
  readonly position: Position;
  readonly marks: Marks;
  hasLease(subgraph: string): boolean;
}

/**
 * Rule 1 and rule 5 in one place: an answer holds in its own epoch only, if nothing it rests on was invalidated after
 * the work on it began, and if every relay it depends on vouches that nothing is waiting to be. redis/prelude.lua says
 * the same in Lua.
 *
 * @param validAt where the work on it began, or where it was found valid since
 * @returns why not, or undefined if it holds
 */
export function findInvalidity(
  { tags, relays }: Pick<Dependencies, 'tags' | 'relays'>,
  validAt: Position,
  known: Knowledge,
): Invalidity | undefined {
  if (validAt.epoch !== known.position.epoch) return { kind: 'epoch' };
  // Where the clock didn't move, there is nothing to compare.
  if (validAt.clock < known.position.clock)
    for (const tag of tags) if (known.marks.get(tag) > validAt.clock) return { kind: 'tag', tag };
  for (const subgraph of relays) if (!known.hasLease(subgraph)) return { kind: 'lease', subgraph };
  return undefined;
}
