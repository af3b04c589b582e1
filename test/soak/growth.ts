import type { Held } from './inspected-process.ts';

/** What a measurement may swing by, in bytes: what is remembered goes by halves, once it has reached its bound. */
const heapMore = 6_000_000;
const residentMore = 25_000_000;
/** Connections of pools come and go. */
const resourcesMore = 10;

/**
 * What grows round over round, in words. Only the second half of the rounds counts: in the first one what is remembered fills. Its
 * later ones are compared with its earlier ones, at their lowest, because what swings comes down again.
 *
 * @param rounds of one process, in their order
 */
export function growthOf(rounds: readonly Held[]): string[] {
  const late = rounds.slice(Math.floor(rounds.length / 2));
  const middle = Math.floor(late.length / 2);
  const added = (figure: (held: Held) => number) =>
    Math.min(...late.slice(middle).map(figure)) - Math.min(...late.slice(0, middle).map(figure));
  const found: string[] = [];
  const heap = added(({ heapBytes }) => heapBytes);
  if (heap > heapMore) found.push(`heap: ${megabytes(heap)} more`);
  const resident = added(({ residentBytes }) => residentBytes);
  if (resident > residentMore) found.push(`resident memory: ${megabytes(resident)} more`);
  for (const type of new Set(late.flatMap(({ resources }) => Object.keys(resources)))) {
    const more = added(({ resources }) => resources[type] ?? 0);
    if (more > resourcesMore) found.push(`${type}: ${more} more`);
  }
  return found;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
