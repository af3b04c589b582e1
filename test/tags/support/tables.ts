import type { Pool } from 'pg';

export interface Table {
  readonly name: string;
  /** But those that the database computes. */
  readonly columns: readonly string[];
  /** The primary key of a row as text, in SQL. */
  readonly key: string;
}

/** Every row of some tables: table, key, row as JSON. */
export type Snapshot = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** All tables of the database, but those named. */
export async function tablesOf(database: Pool, exempt: readonly string[]): Promise<Table[]> {
  const { rows } = await database.query<{ name: string; columns: string[]; keys: string[] }>(
    `SELECT relname AS name,
       (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
       (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        WHERE indrelid = pg_class.oid AND indisprimary) AS keys
     FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relname <> ALL ($1)
     ORDER BY relname`,
    [exempt],
  );
  return rows.map(({ name, columns, keys }) => ({ name, columns, key: `ROW(${keys.join(', ')})::text` }));
}

export async function takeSnapshot(database: Pool, tables: readonly Table[]): Promise<Snapshot> {
  const union = tables.map(({ name, columns, key }) => {
    const row = `(SELECT to_jsonb(row) FROM (SELECT ${columns.map((column) => `t.${column}`).join(', ')}) AS row)::text`;
    return `SELECT '${name}' AS table, ${key} AS key, ${row} AS row FROM ${name} AS t`;
  });
  const { rows } = await database.query<{ table: string; key: string; row: string }>(
    union.join(' UNION ALL '),
  );
  const snapshot = new Map(tables.map(({ name }) => [name, new Map<string, string>()]));
  for (const { table, key, row } of rows) snapshot.get(table)?.set(key, row);
  return snapshot;
}

/** Rounds after which tables that depend on each other, and triggers that write, should have settled. */
const mostRounds = 8;

/** Brings the tables back to what they were, row by row, as somebody would who writes. */
export async function restore(database: Pool, tables: readonly Table[], wanted: Snapshot): Promise<void> {
  for (let round = 0; round < mostRounds; round++) {
    const present = await takeSnapshot(database, tables);
    let isSame = true;
    for (const table of tables) {
      const [is = new Map(), was = new Map()] = [present.get(table.name), wanted.get(table.name)];
      for (const [key, row] of was)
        if (is.get(key) !== row) {
          isSame = false;
          await attempt(
            database,
            is.has(key) ? updateTo(table) : insertOf(table),
            is.has(key) ? [row, key] : [row],
          );
        }
      for (const key of is.keys())
        if (!was.has(key)) {
          isSame = false;
          await attempt(database, `DELETE FROM ${table.name} WHERE ${table.key} = $1`, [key]);
        }
    }
    if (isSame) return;
  }
  throw new Error('The tables could not be brought back to what they were');
}

/** Runs a statement that constraints may refuse; whether it was run, and touched a row if it counts them. */
export async function attempt(database: Pool, statement: string, values: unknown[] = []): Promise<boolean> {
  try {
    return (await database.query(statement, values)).rowCount !== 0;
  } catch (error) {
    // Class 23: integrity constraint violation.
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('23')) return false;
    throw error;
  }
}

function insertOf({ name, columns }: Table): string {
  const list = columns.join(', ');
  return `INSERT INTO ${name} (${list}) SELECT ${list} FROM jsonb_populate_record(NULL::${name}, $1::jsonb)`;
}

function updateTo({ name, columns, key }: Table): string {
  const list = columns.join(', ');
  return `UPDATE ${name} SET (${list}) = (SELECT ${list} FROM jsonb_populate_record(NULL::${name}, $1::jsonb)) WHERE ${key} = $2`;
}
