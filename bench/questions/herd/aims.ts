import type { Aim } from '../../report/report.ts';
import { summarise } from '../../report/summarise.ts';
import type { ClientsTable } from '../compare-reads.ts';

/** What one request that comes alone takes. */
export const loneMs = 'alone ms';
/** How many times as many subgraph calls a herd caused as one request. */
export const executions = 'executions';

/** What issue 4 asks for. */
export function herdAims(tables: readonly ClientsTable[]): Aim[] {
  return tables.flatMap(({ title, rows }): Aim[] => {
    const samples = rows.find(({ id }) => id === 'ours')?.samples;
    if (samples === undefined) return [];
    const { p99Ms, figures } = summarise(samples);
    const { [executions]: executed = Number.NaN, [loneMs]: alone = Number.NaN } = figures;
    return [
      { what: `executions; ${title}`, measured: executed, must: 1, stretch: 1, better: 'less' },
      { what: `p99, of one request; ${title}`, measured: p99Ms / alone, stretch: 1.3, better: 'less' },
    ];
  });
}
