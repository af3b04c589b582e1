import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { checksum, hasChecksum, type Migration, readMigrations } from './migrations-folder.ts';

/** The database and the migrations in the code don't fit together, or a migration failed. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

export interface MigrateOptions {
  /** A direct connection: the lock is held by the session, which a transaction pooler does not keep. */
  databaseUrl: string;
  /** `prisma/<database>/migrations` */
  folder: string;
  log?: (message: string) => void;
}

interface Applied {
  migration_name: string;
  checksum: string;
  finished: boolean;
}

// Prisma's own: https://github.com/prisma/prisma-engines (schema-engine, advisory lock of the PostgreSQL connector).
const lockKey = 72_707_369;

// Word for word what Prisma creates, so that either finds the other's.
const migrationsTable = `
  CREATE TABLE IF NOT EXISTS public._prisma_migrations (
    id                  varchar(36) PRIMARY KEY NOT NULL,
    checksum            varchar(64) NOT NULL,
    finished_at         timestamptz,
    migration_name      varchar(255) NOT NULL,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;

/**
 * Applies the migrations that the database doesn't have yet, in order. Does what `prisma migrate deploy` does, in the
 * same table and under the same lock, without the binary that Prisma downloads for it: either may follow the other, and
 * several at once wait for each other.
 *
 * Each migration is sent as one simple query, which PostgreSQL runs in one transaction: it happens whole or not at all.
 *
 * @returns the names of those applied now
 * @throws MigrationError when a migration was changed after it was applied, failed, or is unknown to this code
 */
export async function migrate({
  databaseUrl,
  folder,
  log = () => {},
}: MigrateOptions): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'migrate',
    keepAlive: true,
  });
  // A lost connection also rejects the query that waits for it; unheard, this event would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    // A role's defaults must neither end a long migration nor put its tables into another schema.
    await client.query('SET statement_timeout = 0; SET lock_timeout = 0; SET search_path = public');
    await lock(client, log);
    await client.query(migrationsTable);
    const pending = pendingOf(migrations, await readApplied(client));
    for (const migration of pending) {
      log(`applying ${migration.name}`);
      await apply(client, migration);
    }
    return { applied: pending.map(({ name }) => name) };
  } finally {
    // Ends the session and with it the lock.
    await client.end();
  }
}

async function lock(client: pg.Client, log: (message: string) => void): Promise<void> {
  const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS taken', [lockKey]);
  if (rows[0].taken) return;
  log('waiting for another migration of this database to end');
  await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
}

async function readApplied(client: pg.Client): Promise<Applied[]> {
  const { rows } = await client.query<Applied>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
     FROM public._prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}

function pendingOf(migrations: Migration[], applied: Applied[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const faults = applied.flatMap(({ migration_name: name, checksum: stored, finished }) => {
    const migration = known.get(name);
    if (!finished) return `${name} failed earlier. ${howToRetry(name)}`;
    if (!migration) return `${name} was applied but is unknown here: the database is newer than this code.`;
    if (!hasChecksum(migration.sql, stored)) {
      return `${name} was changed after it was applied. Restore it and put the change into a new migration.`;
    }
    return [];
  });
  if (faults.length > 0) throw new MigrationError(faults.join('\n'));
  const done = new Set(applied.map((row) => row.migration_name));
  return migrations.filter(({ name }) => !done.has(name));
}

async function apply(client: pg.Client, { name, sql }: Migration): Promise<void> {
  const id = randomUUID();
  await client.query(
    'INSERT INTO public._prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)',
    [id, checksum(sql), name],
  );
  try {
    await client.query(sql);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // It may have left a transaction of its own open, and the connection may be what failed.
    await client.query('ROLLBACK').catch(() => {});
    await client
      .query('UPDATE public._prisma_migrations SET logs = $2 WHERE id = $1', [id, reason])
      .catch(() => {});
    throw new MigrationError(`${name} failed: ${reason}\n${howToRetry(name)}`, { cause: error });
  }
  await client.query(
    'UPDATE public._prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1',
    [id],
  );
}

/** The statement is what `prisma migrate resolve --rolled-back` does. */
function howToRetry(name: string): string {
  return `Make sure that nothing of it is left in the database, then: UPDATE public._prisma_migrations SET rolled_back_at = now() WHERE migration_name = '${name}' AND finished_at IS NULL;`;
}
