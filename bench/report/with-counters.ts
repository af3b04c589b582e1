import type { Table } from './report.ts';

/** The table with more among the counters of its rows, by their ids: what was counted beside the measurements. */
export function withCounters(
  table: Table,
  counted: ReadonlyMap<string, Readonly<Record<string, number>>>,
): Table {
  const rows = table.rows.map((row) => ({
    ...row,
    samples: row.samples.map((sample) => ({
      ...sample,
      counters: { ...sample.counters, ...counted.get(row.id) },
    })),
  }));
  return { ...table, rows };
}
