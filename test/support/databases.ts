import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Database, databases, migrationsFolder } from '../../prisma/databases.ts';
import { migrate } from '../../prisma/migrate.ts';

/** Set by test/run.ts: the maintenance database of the run's PostgreSQL, as superuser. */
export const postgresUrlVariable = 'TEST_POSTGRES_URL';

export interface TestDatabase extends AsyncDisposable {
  name: string;
  url: string;
}

/** Migrates one database of each kind, once a run; every fresh one is a copy of it. */
export async function createTemplates(): Promise<void> {
  await asAdmin(async (admin) => {
    await admin.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    for (const database of databases) await admin.query(`CREATE DATABASE ${templateOf(database)}`);
  });
  await Promise.all(
    databases.map((database) =>
      migrate({ databaseUrl: urlOf(templateOf(database)), folder: migrationsFolder(database) }),
    ),
  );
}

/** A database of its own for a test file or a fixture: migrated and empty. Dropped when disposed of. */
export function freshDatabase(database: Database): Promise<TestDatabase> {
  return create(database, templateOf(database));
}

/** A database without any table. */
export function emptyDatabase(): Promise<TestDatabase> {
  return create('empty', 'template1');
}

async function create(prefix: string, template: string): Promise<TestDatabase> {
  const name = `${prefix}_${randomBytes(6).toString('hex')}`;
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return {
    name,
    url: urlOf(name),
    // With force: a test that failed may have left connections open.
    [Symbol.asyncDispose]: () =>
      asAdmin(async (admin) => {
        await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}

/** Runs `work` with a connection to the maintenance database, as superuser. */
export async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  return withClient(adminUrl(), work);
}

/** Runs `work` with one connection, closed afterwards. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  // A lost connection also rejects the query that waits for it; unheard, this event would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function templateOf(database: Database): string {
  return `template_${database}`;
}

function urlOf(name: string): string {
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return url.href;
}

function adminUrl(): string {
  const url = process.env[postgresUrlVariable];
  if (!url) throw new Error('Tests need the servers that the runner starts: node test/run.ts [file ...]');
  return url;
}
