import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Pool, PoolClient } from 'pg';
import { Registry } from 'prom-client';
import { createLogger } from '../../platform/logging.ts';
import { createWriteRetries, type WriteRetries } from '../../subgraphs/shared/write-retries.ts';
import { createDatabase, type Database, inTransaction } from '../../subgraphs/users/data/database.ts';
import { untilBlocked } from '../support/blocked.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { createTestPool } from '../support/pools.ts';

/** Against transactions that really meet. Which one PostgreSQL ends is decided by `deadlock_timeout`: whoever notices first. */

let testDatabase: TestDatabase;
let pool: Pool;
let database: Database;
let registry: Registry;
let retries: WriteRetries;
before(async () => {
  testDatabase = await freshDatabase('users');
  pool = createTestPool(testDatabase.url, 8);
  await pool.query('CREATE TABLE counters (id integer PRIMARY KEY, value integer NOT NULL)');
  registry = new Registry();
  retries = createWriteRetries({ registry, logger: createLogger({ name: 'test', level: 'silent' }) });
  database = createDatabase(pool, retries);
});
after(async () => {
  await database.$disconnect();
  await pool.end();
  await testDatabase[Symbol.asyncDispose]();
});

/** Counters 1 and 2 at zero, and nothing counted. */
async function setUp(): Promise<void> {
  await pool.query('TRUNCATE counters; INSERT INTO counters VALUES (1, 0), (2, 0)');
  registry.resetMetrics();
}

async function counted(): Promise<Record<string, number>> {
  const metrics = await registry.getSingleMetric('db_write_retries_total')?.get();
  return Object.fromEntries((metrics?.values ?? []).map(({ labels, value }) => [labels.reason, value]));
}

async function values(): Promise<number[]> {
  const { rows } = await pool.query<{ value: number }>('SELECT value FROM counters ORDER BY id');
  return rows.map(({ value }) => value);
}

async function withConnection<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    // Whatever it is in the middle of ends with it.
    client.release(true);
  }
}

test('a raw statement of Prisma that ends in a deadlock begins its whole transaction anew', async () => {
  await setUp();
  await withConnection(async (other) => {
    await other.query(`BEGIN; SET LOCAL deadlock_timeout = '1min'`);
    await other.query('UPDATE counters SET value = value + 10 WHERE id = 2');
    const done = inTransaction(database, async (connection) => {
      await connection.$executeRaw`UPDATE counters SET value = value + 1 WHERE id = 1`;
      await connection.$executeRaw`UPDATE counters SET value = value + 1 WHERE id = 2`;
      return 'done';
    });
    await untilBlocked(pool, 1);
    // Waits until PostgreSQL has ended the transaction above.
    await other.query('UPDATE counters SET value = value + 10 WHERE id = 1');
    await other.query('COMMIT');
    assert.equal(await done, 'done');
  });
  assert.deepEqual(await values(), [11, 11]);
  assert.deepEqual(await counted(), { deadlock: 1 });
});

test('transactions that cannot be put in an order are begun anew until they can', async () => {
  await setUp();
  // Each reads before any writes, in its first try: all but one have to begin anew.
  const barrier = Promise.withResolvers<void>();
  let arrived = 0;
  const increments = Array.from({ length: 4 }, () => {
    let isFirst = true;
    return retries.run(() =>
      database.$transaction(
        async (connection) => {
          const [row] = await connection.$queryRaw<
            { value: number }[]
          >`SELECT value FROM counters WHERE id = 1`;
          if (isFirst && ++arrived === 4) barrier.resolve();
          isFirst = false;
          await barrier.promise;
          await connection.$executeRaw`UPDATE counters SET value = ${(row?.value ?? 0) + 1} WHERE id = 1`;
        },
        { isolationLevel: 'Serializable' },
      ),
    );
  });
  await Promise.all(increments);
  assert.deepEqual(await values(), [4, 0]);
  const { serialization_failure: failures = 0 } = await counted();
  assert(failures >= 3, `${failures} retries`);
});

test('a COMMIT that is refused for the sake of another transaction is begun anew', async () => {
  await setUp();
  // Write skew: each reads what the other writes. Nobody waits for anybody; the second one to commit is refused.
  let tries = 0;
  await retries.run(() =>
    database.$transaction(
      async (connection) => {
        tries += 1;
        await connection.$queryRaw`SELECT value FROM counters WHERE id = 2`;
        await connection.$executeRaw`UPDATE counters SET value = value + 1 WHERE id = 1`;
        if (tries === 1)
          await withConnection(async (other) => {
            await other.query('BEGIN ISOLATION LEVEL SERIALIZABLE');
            await other.query('SELECT value FROM counters WHERE id = 1');
            await other.query('UPDATE counters SET value = value + 1 WHERE id = 2');
            await other.query('COMMIT');
          });
      },
      { isolationLevel: 'Serializable' },
    ),
  );
  assert.equal(tries, 2);
  assert.deepEqual(await values(), [1, 1]);
});

test('a write that is rolled back every time is given up after five tries, with PostgreSQL’s reason', async () => {
  await setUp();
  let tries = 0;
  const given = retries.run(() => {
    tries += 1;
    return pool.query(`DO $$ BEGIN RAISE 'again' USING ERRCODE = '40001'; END $$`);
  });
  await assert.rejects(given, { code: '40001' });
  assert.equal(tries, 5);
  assert.deepEqual(await counted(), { serialization_failure: 4 });
});

test('what failed otherwise, or may have been committed, is not done again', async () => {
  await setUp();
  let tries = 0;
  const duplicate = inTransaction(database, async (connection) => {
    tries += 1;
    await connection.$executeRaw`INSERT INTO counters VALUES (1, 0)`;
  });
  await assert.rejects(duplicate, /23505/);
  // A connection that is lost after the write: nobody can tell whether the server has seen the COMMIT.
  const lost = inTransaction(database, async (connection) => {
    tries += 1;
    const [row] = await connection.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    await connection.$executeRaw`UPDATE counters SET value = value + 1 WHERE id = 1`;
    await pool.query('SELECT pg_terminate_backend($1, 10000)', [row?.pid]);
  });
  await assert.rejects(lost);
  assert.equal(tries, 2);
  assert.deepEqual(await values(), [0, 0]);
  assert.deepEqual(await counted(), {});
});
