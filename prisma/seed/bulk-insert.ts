import type { Client } from 'pg';

/** Enough to make a round trip worth it, few enough to keep a statement's memory small. */
const rowsPerStatement = 20_000;

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
  let written: Promise<void> = Promise.resolve();
  const write = async (batch: readonly (readonly unknown[])[]) => {
    const values = columns.map((_column, index) => batch.map((row) => row[index]));
    inserted += (await client.query(text, values)).rowCount ?? 0;
  };
  for (const batch of batchesOf(rows)) {
    // The next batch is made while PostgreSQL works on this one.
    await written;
    written = write(batch);
  }
  await written;
  return inserted;
}

function* batchesOf(rows: Iterable<readonly unknown[]>): Generator<readonly (readonly unknown[])[]> {
  let batch: (readonly unknown[])[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < rowsPerStatement) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
