import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../local/embedded-postgres.ts';
import { migrationsFolder } from '../../prisma/databases.ts';
import { migrate } from '../../prisma/migrate.ts';
import { createCacheOutbox } from '../../subgraphs/shared/cache-outbox.ts';
import { asAdmin, freshDatabase, withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { createTestPool } from '../support/pools.ts';

/** Rule 2: how a relay notices that the database isn't the one any more that answers were made from. */

async function sourceOf(url: string): Promise<string> {
  const pool = createTestPool(url, 1);
  try {
    return (await createCacheOutbox(pool).look()).source;
  } finally {
    await pool.end();
  }
}

test('relays agree on what their database is, whatever the settings of their connections', async () => {
  await using database = await freshDatabase('posts');
  const source = await sourceOf(database.url);
  const elsewhere = new URL(database.url);
  elsewhere.searchParams.set('options', '-c TimeZone=Asia/Tokyo -c DateStyle=SQL -c extra_float_digits=0');
  assert.equal(await sourceOf(elsewhere.href), source);
});

test('a database that was created anew is another one', async () => {
  await using database = await freshDatabase('posts');
  const source = await sourceOf(database.url);
  await asAdmin(async (admin) => {
    // As a restore of a dump does: the same rows, under the same name.
    await admin.query(`ALTER DATABASE ${database.name} RENAME TO ${database.name}_old`);
    await admin.query(`CREATE DATABASE ${database.name} TEMPLATE ${database.name}_old`);
    await admin.query(`DROP DATABASE ${database.name}_old`);
  });
  assert.notEqual(await sourceOf(database.url), source);
});

test('a migration makes it another one: when it begins, and when it has ended', async () => {
  await using database = await freshDatabase('posts');
  const sources = [await sourceOf(database.url)];
  for (const sql of [
    "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('1', 'x', '30000101000000_later')",
    "UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = '1'",
  ]) {
    await withClient(database.url, (client) => client.query(sql));
    sources.push(await sourceOf(database.url));
  }
  assert.equal(new Set(sources).size, 3);
});

test('a server that was restarted, or restored to a point in time, is another one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'restored-'));
  await chmod(folder, 0o711);
  // Without hot_standby it takes no connection before the recovery has ended.
  const settings = { fsync: 'off', hot_standby: 'off', restore_command: 'false' };
  const start = () => startEmbeddedPostgres({ folder, port: 0, settings });
  // A recovery may still be ending when the server says that it has started.
  const parts = (url: string) =>
    until('a look at the database', async () => (await sourceOf(url)).split(', '));
  let postgres = await start();
  try {
    await postgres.ensureDatabase('posts');
    await migrate({ databaseUrl: postgres.url('posts'), folder: migrationsFolder('posts') });
    const before = await parts(postgres.url('posts'));

    await postgres.stop();
    postgres = await start();
    const restarted = await parts(postgres.url('posts'));
    assert.deepEqual(differing(before, restarted), ['started']);

    // As after a restore: recovery from what there is, and a timeline of its own from there.
    await postgres.stop();
    const signal = join(postgres.folder, 'data', 'recovery.signal');
    await writeFile(signal, '');
    await chmod(signal, 0o666);
    postgres = await start();
    assert.deepEqual(differing(restarted, await parts(postgres.url('posts'))), ['timeline', 'started']);
  } finally {
    await postgres.stop();
    await rm(postgres.folder, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
});

test('what a standby shows is no evidence: it refuses to be looked at', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'standby-'));
  await chmod(folder, 0o711);
  const start = () => startEmbeddedPostgres({ folder, port: 0, settings: { fsync: 'off' } });
  let postgres = await start();
  try {
    await postgres.ensureDatabase('posts');
    await migrate({ databaseUrl: postgres.url('posts'), folder: migrationsFolder('posts') });
    await postgres.stop();
    const signal = join(postgres.folder, 'data', 'standby.signal');
    await writeFile(signal, '');
    await chmod(signal, 0o666);
    postgres = await start();
    await assert.rejects(sourceOf(postgres.url('posts')), pg.DatabaseError);
  } finally {
    await postgres.stop();
    await rm(postgres.folder, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
});

/** The first words of the parts that differ. */
function differing(before: readonly string[], now: readonly string[]): (string | undefined)[] {
  return now.filter((part, index) => part !== before[index]).map((part) => part.split(' ')[0]);
}
