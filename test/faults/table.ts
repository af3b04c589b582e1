import type { Result } from './experiments/experiment.ts';
import { totalOf } from './measure/tally.ts';

const head = [
  'Experiment',
  'requests',
  'in full',
  'from the cache',
  'in part',
  'refused',
  'no answer',
  'codes',
  'stale',
  'healed after',
  'as promised',
];

/** What was seen, in Markdown. */
export function toTable(results: readonly Result[], leftOut: ReadonlyMap<string, string>): string {
  const lines = results.map(({ name, tally, healedAfterMs, violations }) => [
    name,
    ...(['sent', 'whole', 'hits', 'partial', 'refused', 'broken'] as const).map(
      (what) => `${totalOf(tally, what)}`,
    ),
    [...tally.codes].join(', '),
    `${tally.stale.length}`,
    `${(healedAfterMs / 1_000).toFixed(1)} s`,
    violations.length === 0 ? 'yes' : '**no**',
  ]);
  const rule = head.map((column) => (column === 'Experiment' || column === 'codes' ? '---' : '---:'));
  const table = [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`);
  const notPlayed = [...leftOut].map(([name, why]) => `Left out: ${name} (${why})`);
  return [...table, ...(notPlayed.length > 0 ? ['', ...notPlayed] : [])].join('\n');
}
