import type { Client } from 'pg';

/** Enough to make a round trip worth it, few enough to keep a statement's memory small. */
const rowsPerStatement = 5_000;

export type Column = readonly [name: string, type: string];

/**
 * Inserts rows by one statement for many: each column travels as one array.
 *
 * @param rows may be endless in memory terms: it is read as it is written.
 * @returns how many were inserted; rows that exist already are left alone.
 */
export async function bulkInsert(
  client: Client,
  table: string,
  columns: readonly Column[],
  rows: Iterable<readonly unknown[]>,
): Promise<number> {
  const names = columns.map(([name]) => name).join(', ');
  const arrays = columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ');
  const text = `INSERT INTO ${table} (${names}) SELECT * FROM unnest(${arrays}) ON CONFLICT DO NOTHING`;
  let inserted = 0;
  let batch: (readonly unknown[])[] = [];
  const flush = async () => {
    const values = columns.map((_column, index) => batch.map((row) => row[index]));
    inserted += (await client.query(text, values)).rowCount ?? 0;
    batch = [];
  };
  for (const row of rows) {
    batch.push(row);
    if (batch.length === rowsPerStatement) await flush();
  }
  if (batch.length > 0) await flush();
  return inserted;
}
