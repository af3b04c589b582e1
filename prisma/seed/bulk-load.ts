import type { Client } from 'pg';

/**
 * Runs `load` with foreign keys and plain indexes put aside, and makes them again afterwards, as pg_restore does: one
 * large check and one sort cost far less than one of each a row. Within a transaction nobody else sees them missing.
 * Keys stay, so that duplicates are still refused.
 */
export async function loadUnindexed<T>(client: Client, load: () => Promise<T>): Promise<T> {
  const foreignKeys = await definitions(
    client,
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS create
     FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
  );
  const indexes = await definitions(
    client,
    `SELECT format('DROP INDEX %s', indexrelid::regclass) AS drop, pg_get_indexdef(indexrelid) AS create
     FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
     WHERE NOT indisunique AND relnamespace = 'public'::regnamespace`,
  );
  const putAside = [...foreignKeys, ...indexes];
  for (const { drop } of putAside) await client.query(drop);
  const result = await load();
  for (const { create } of putAside.reverse()) await client.query(create);
  return result;
}

interface Definition {
  readonly drop: string;
  readonly create: string;
}

async function definitions(client: Client, sql: string): Promise<readonly Definition[]> {
  return (await client.query<Definition>(sql)).rows;
}
