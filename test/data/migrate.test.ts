import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { databases, migrationsFolder } from '../../prisma/databases.ts';
import { MigrationError, migrate } from '../../prisma/migrate.ts';
import { emptyDatabase, withClient } from '../support/databases.ts';
import { deploy, diagnose } from './schema-engine.ts';

/** A folder of migrations made up for a test. */
async function migrationsOf(scripts: Record<string, string>): Promise<AsyncDisposable & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  await write(folder, scripts);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

async function write(folder: string, scripts: Record<string, string>): Promise<void> {
  for (const [name, sql] of Object.entries(scripts)) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'migration.sql'), sql);
  }
}

function refusal(...parts: RegExp[]) {
  return (error: unknown) => {
    assert.ok(error instanceof MigrationError, String(error));
    for (const part of parts) assert.match(error.message, part);
    return true;
  };
}

test('migrations are applied in the order of their names, and only once', async () => {
  await using database = await emptyDatabase();
  await using migrations = await migrationsOf({
    '2_second': 'ALTER TABLE things ADD COLUMN name text',
    '1_first': 'CREATE TABLE things (id integer)',
  });
  const target = { databaseUrl: database.url, folder: migrations.folder };
  assert.deepEqual(await migrate(target), { applied: ['1_first', '2_second'] });
  assert.deepEqual(await migrate(target), { applied: [] });
  await write(migrations.folder, { '3_third': 'INSERT INTO things VALUES (1)' });
  assert.deepEqual(await migrate(target), { applied: ['3_third'] });
});

test('several migrators at once apply every migration once', async () => {
  await using database = await emptyDatabase();
  await using migrations = await migrationsOf({
    '1_slow': 'CREATE TABLE things (id integer); SELECT pg_sleep(0.2)',
    '2_quick': 'INSERT INTO things VALUES (1)',
  });
  const target = { databaseUrl: database.url, folder: migrations.folder };
  const results = await Promise.all([migrate(target), migrate(target), migrate(target)]);
  assert.deepEqual(results.flatMap(({ applied }) => applied).sort(), ['1_slow', '2_quick']);
  const { rows } = await withClient(database.url, (client) => client.query('SELECT id FROM things'));
  assert.equal(rows.length, 1);
});

test('a migration with function bodies, semicolons in strings and comments is sent as it is', async () => {
  await using database = await emptyDatabase();
  await using migrations = await migrationsOf({
    '1_functions': `-- it's; a comment
      CREATE FUNCTION two() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'a;b'; END $$;
      CREATE TABLE things AS SELECT two() AS name;`,
  });
  await migrate({ databaseUrl: database.url, folder: migrations.folder });
  const { rows } = await withClient(database.url, (client) => client.query('SELECT name FROM things'));
  assert.deepEqual(rows, [{ name: 'a;b' }]);
});

test('a migration changed after it was applied is refused', async () => {
  await using database = await emptyDatabase();
  await using migrations = await migrationsOf({ '1_first': 'CREATE TABLE things (id integer)' });
  const target = { databaseUrl: database.url, folder: migrations.folder };
  await migrate(target);
  await write(migrations.folder, { '1_first': 'CREATE TABLE things (id bigint)', '2_second': 'SELECT 1' });
  await assert.rejects(migrate(target), refusal(/1_first was changed after it was applied/));
});

test('other line ends are no change', async () => {
  await using database = await emptyDatabase();
  await using migrations = await migrationsOf({ '1_first': 'CREATE TABLE things (\n  id integer\n);\n' });
  const target = { databaseUrl: database.url, folder: migrations.folder };
  await migrate(target);
  await write(migrations.folder, { '1_first': 'CREATE TABLE things (\r\n  id integer\r\n);\r\n' });
  assert.deepEqual(await migrate(target), { applied: [] });
});

test('a database that is newer than the code is refused', async () => {
  await using database = await emptyDatabase();
  await using newer = await migrationsOf({ '1_first': 'SELECT 1', '2_second': 'SELECT 2' });
  await using older = await migrationsOf({ '1_first': 'SELECT 1' });
  await migrate({ databaseUrl: database.url, folder: newer.folder });
  await assert.rejects(
    migrate({ databaseUrl: database.url, folder: older.folder }),
    refusal(/2_second was applied but is unknown here/, /newer than this code/),
  );
});

test('a failed migration leaves nothing behind, and stops all others until it is resolved', async () => {
  await using database = await emptyDatabase();
  await using migrations = await migrationsOf({
    '1_good': 'CREATE TABLE good (id integer)',
    '2_bad': 'CREATE TABLE half (id integer); SELECT 1 / 0',
    '3_later': 'CREATE TABLE later (id integer)',
  });
  const target = { databaseUrl: database.url, folder: migrations.folder };
  await assert.rejects(migrate(target), refusal(/2_bad failed: division by zero/));
  await withClient(database.url, async (client) => {
    const { rows } = await client.query<{ tablename: string }>(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    );
    assert.deepEqual(
      rows.map(({ tablename }) => tablename),
      ['_prisma_migrations', 'good'],
    );
  });

  await write(migrations.folder, { '2_bad': 'CREATE TABLE half (id integer)' });
  const refused = await migrate(target).catch((error: unknown) => error);
  assert.ok(refusal(/2_bad failed earlier/)(refused));

  // The message says which statement resolves it.
  const statement = /UPDATE .*;/.exec(String(refused))?.[0] ?? '';
  await withClient(database.url, (client) => client.query(statement));
  assert.deepEqual(await migrate(target), { applied: ['2_bad', '3_later'] });
});

for (const name of databases) {
  test(`prisma migrate deploy has nothing to do on a ${name} database that we migrated`, async () => {
    await using database = await emptyDatabase();
    await migrate({ databaseUrl: database.url, folder: migrationsFolder(name) });
    assert.deepEqual(await diagnose(name, database.url), {
      editedMigrationNames: [],
      failedMigrationNames: [],
      hasMigrationsTable: true,
      history: null,
    });
    assert.deepEqual(await deploy(name, database.url), []);
  });

  test(`we have nothing to do on a ${name} database that prisma migrate deploy migrated`, async () => {
    await using database = await emptyDatabase();
    assert.notDeepEqual(await deploy(name, database.url), []);
    const target = { databaseUrl: database.url, folder: migrationsFolder(name) };
    assert.deepEqual(await migrate(target), { applied: [] });
  });
}
