import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../local/embedded-postgres.ts';
import { migrationsFolder } from '../../prisma/databases.ts';
import { migrate } from '../../prisma/migrate.ts';
import { seed } from '../../prisma/seed/seed.ts';

export interface Seeding {
  readonly users: number;
  readonly posts: number;
}

export interface BenchDatabases extends AsyncDisposable {
  readonly usersUrl: string;
  readonly postsUrl: string;
  /** Of the server, whose children do the work. */
  readonly pid: number;
  url(database: string): string;
  /** On our own connection, to no database that is measured. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** What has been asked of these databases so far, by whomever: the relays' look-ups (20 a second) are among it. */
  counters(databases: readonly string[]): Promise<Record<string, number>>;
}

/** Both databases, on a PostgreSQL that counts statements. They are kept in the folder, and seeded once. */
export async function startDatabases(options: {
  folder: string;
  seeding: Seeding;
  say: (message: string) => void;
}): Promise<BenchDatabases> {
  const { folder, seeding, say } = options;
  await using starting = new AsyncDisposableStack();
  const postgres = await startEmbeddedPostgres({
    folder: join(folder, 'postgres'),
    port: 0,
    settings: { shared_preload_libraries: 'pg_stat_statements' },
    log: say,
  });
  starting.defer(() => postgres.stop());
  for (const name of ['users', 'posts'] as const) {
    await postgres.ensureDatabase(name);
    await migrate({ databaseUrl: postgres.url(name), folder: migrationsFolder(name) });
  }
  const [usersUrl, postsUrl] = [postgres.url('users'), postgres.url('posts')];
  await seed({ usersUrl, postsUrl, ...seeding, notEmpty: 'skip' });

  const client = new Client({ connectionString: postgres.url('postgres') });
  await client.connect();
  starting.defer(() => client.end());
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  const query = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await client.query(text, [...values])).rows as Row[];
  const [server] = await query<{ pid: number }>(
    "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid",
  );
  const stack = starting.move();
  return {
    usersUrl,
    postsUrl,
    pid: server?.pid ?? 0,
    url: postgres.url,
    query,
    async counters(databases) {
      const [counts] = await query<{ statements: number; rows: number }>(
        `SELECT coalesce(sum(calls), 0)::float8 AS statements, coalesce(sum(rows), 0)::float8 AS rows
         FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid WHERE datname = ANY ($1)`,
        [databases],
      );
      return { 'SQL statements': counts?.statements ?? 0, 'SQL rows': counts?.rows ?? 0 };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
