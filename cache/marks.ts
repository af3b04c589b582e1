/**
 * Tag -> clock of its last invalidation: what the sorted set is in Redis. A tag that isn't marked has the *floor* as
 * its mark, so forgetting marks up to some clock is safe: raise the floor to that clock, and whatever is older is
 * invalid.
 */
export interface Marks {
  readonly size: number;
  readonly floor: number;
  /** The mark of a tag. */
  get(tag: string): number;
  /** @param clock of the newest invalidation: not lower than any before. */
  mark(tag: string, clock: number): void;
  /** What was marked above `clock`, or undefined if that is more than `limit`. */
  since(clock: number, limit: number): Map<string, number> | undefined;
  /** Forgets at most `count` of the oldest marks, up to `clock`; raises the floor to the newest one forgotten. */
  prune(clock: number, count: number): void;
}

export function createMarks(floor: number): Marks {
  const marks = new Map<string, number>();
  /** In the order of the clock. One is dead when its tag was marked again: there is a younger one then. */
  let log: { tag: string; clock: number }[] = [];
  let start = 0;

  const isAlive = ({ tag, clock }: { tag: string; clock: number }) => marks.get(tag) === clock;

  /** Dead ones are dropped when they outnumber the living: that costs each mark the same on average. */
  const compact = () => {
    if (log.length < 2 * marks.size + 64) return;
    log = log.slice(start).filter(isAlive);
    start = 0;
  };

  return {
    get size() {
      return marks.size;
    },
    get floor() {
      return floor;
    },
    get: (tag) => marks.get(tag) ?? floor,
    mark(tag, clock) {
      if (marks.get(tag) === clock) return;
      marks.set(tag, clock);
      log.push({ tag, clock });
      compact();
    },
    since(clock, limit) {
      const marked = new Map<string, number>();
      for (let index = log.length - 1; index >= start; index -= 1) {
        const entry = log[index];
        if (entry === undefined || entry.clock <= clock) break;
        if (!isAlive(entry)) continue;
        if (marked.size === limit) return undefined;
        marked.set(entry.tag, entry.clock);
      }
      return marked;
    },
    prune(clock, count) {
      let left = count;
      for (; left > 0 && start < log.length; start += 1) {
        const entry = log[start];
        if (entry === undefined || entry.clock > clock) break;
        if (!isAlive(entry)) continue;
        marks.delete(entry.tag);
        floor = Math.max(floor, entry.clock);
        left -= 1;
      }
      compact();
    },
  };
}
