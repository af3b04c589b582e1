import type { Aim, Table } from '../../report/report.ts';
import type { Sent } from './sent.ts';

/** Issue 4: each entity is asked for once. */
export function entitiesAims(sent: ReadonlyMap<string, Sent>): Aim[] {
  const ours = sent.get('ours');
  if (ours === undefined) return [];
  const what = 'representations sent, of distinct entities';
  return [{ what, measured: ours.sent / ours.distinct, must: 1, stretch: 1, better: 'less' }];
}

/** The table, with what each gateway sends for an answer among its counters. */
export function withSent(table: Table, sent: ReadonlyMap<string, Sent>): Table {
  const rows = table.rows.map((row) => {
    const counted = sent.get(row.id);
    if (counted === undefined) return row;
    const counters = { representations: counted.sent, 'distinct ones': counted.distinct };
    const samples = row.samples.map((sample) => ({
      ...sample,
      counters: { ...sample.counters, ...counters },
    }));
    return { ...row, samples };
  });
  return { ...table, rows };
}
