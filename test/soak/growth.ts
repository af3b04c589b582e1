import type { Held } from './inspected-process.ts';

/** What may be added in a round once everything that is remembered is full, in bytes: what a measurement swings by. */
const heapPerRound = 1_500_000;
const residentPerRound = 8_000_000;
/** Connections of pools come and go. */
const resourcesMore = 10;

/**
 * What grows round over round, in words. Only the second half of the rounds counts: in the first one caches fill.
 *
 * @param rounds of one process, in their order
 */
export function growthOf(rounds: readonly Held[]): string[] {
  const late = rounds.slice(Math.floor(rounds.length / 2));
  const found: string[] = [];
  const heap = slope(late.map(({ heapBytes }) => heapBytes));
  if (heap > heapPerRound) found.push(`heap: ${megabytes(heap)} a round`);
  const resident = slope(late.map(({ residentBytes }) => residentBytes));
  if (resident > residentPerRound) found.push(`resident memory: ${megabytes(resident)} a round`);
  const types = new Set(late.flatMap(({ resources }) => Object.keys(resources)));
  for (const type of types) {
    const counts = late.map(({ resources }) => resources[type] ?? 0);
    const growth = Math.min(...counts.slice(-2)) - Math.min(...counts.slice(0, 2));
    if (growth > resourcesMore) found.push(`${type}: ${growth} more`);
  }
  return found;
}

/** Of the line with the least squared distances. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [index, value] of values.entries()) {
    above += (index - middle) * (value - mean);
    below += (index - middle) ** 2;
  }
  return below === 0 ? 0 : above / below;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
