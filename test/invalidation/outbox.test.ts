import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Pool } from 'pg';
import type { Outbox } from '../../cache/outbox.ts';
import { createCacheOutbox } from '../../subgraphs/shared/cache-outbox.ts';
import { freshDatabase, type TestDatabase, withClient } from '../support/databases.ts';
import { createTestPool } from '../support/pools.ts';

/** The outbox as relays see it, on PostgreSQL. */

const [oldest, older, newer] = ['1000000000000000-0a', '1500000000000000-0a', '2000000000000000-0a'];

let database: TestDatabase;
let pool: Pool;
let outbox: Outbox;
before(async () => {
  database = await freshDatabase('posts');
  pool = createTestPool(database.url, 4);
  outbox = createCacheOutbox(pool);
});
after(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(() => pool.query('TRUNCATE cache_outbox, cache_fence'));

/** So many rows with so many tags each. */
const write = (rows: number, tags = 1) =>
  pool.query(
    `INSERT INTO cache_outbox (tags)
     SELECT array_agg('posts/Post:' || number || '.' || tag) FROM generate_series(1, $1) AS number, generate_series(1, $2) AS tag
     GROUP BY number ORDER BY number`,
    [rows, tags],
  );
const waiting = async () => Number((await pool.query('SELECT count(*) FROM cache_outbox')).rows[0].count);
const idsOf = async () => (await outbox.look()).rows.map(({ id }) => id);

test('a look sees what waits, oldest first, with its tags', async () => {
  await write(2, 2);
  const { rows, isComplete, fence } = await outbox.look();
  assert.deepEqual(
    rows.map(({ tags }) => tags),
    [
      ['posts/Post:1.1', 'posts/Post:1.2'],
      ['posts/Post:2.1', 'posts/Post:2.2'],
    ],
  );
  assert.equal(isComplete, true);
  assert.equal(fence, undefined);
});

test('a look at an empty outbox is complete', async () => {
  const { rows, isComplete } = await outbox.look();
  assert.deepEqual([rows, isComplete], [[], true]);
});

test('a look takes a bounded batch, by rows and by tags, and says that there is more', async () => {
  const size = async () => {
    const { rows, isComplete } = await outbox.look();
    return [rows.length, isComplete];
  };
  await write(1_000);
  assert.deepEqual(await size(), [1_000, true]);
  await write(1);
  assert.deepEqual(await size(), [1_000, false]);
  await pool.query('TRUNCATE cache_outbox');
  await write(6, 1_000);
  assert.deepEqual(await size(), [5, false]);
  // One row alone has to be taken, however many tags it has.
  await pool.query('TRUNCATE cache_outbox');
  await write(2, 6_000);
  assert.deepEqual(await size(), [1, false]);
});

test('what was published in the epoch of the fence is removed, and nothing else', async () => {
  await outbox.adopt(older, 0);
  await write(3);
  const [first = '', second = ''] = await idsOf();
  assert.equal(await outbox.remove([first, second], older), true);
  assert.equal(await waiting(), 1);
  // A sister was faster.
  assert.equal(await outbox.remove([first, second], older), true);
});

test('what was published in another epoch is not removed', async () => {
  await write(1);
  const ids = await idsOf();
  assert.equal(await outbox.remove(ids, older), false, 'no fence');
  await outbox.adopt(older, 0);
  for (const epoch of [oldest, newer]) assert.equal(await outbox.remove(ids, epoch), false, epoch);
  assert.equal(await waiting(), 1);
});

test('rows that a sister is deleting stay visible to a look, and a removal does not wait for her', async () => {
  await outbox.adopt(older, 0);
  await write(2);
  const ids = await idsOf();
  await withClient(database.url, async (sister) => {
    await sister.query('BEGIN');
    await sister.query('DELETE FROM cache_outbox WHERE id = $1', [ids[0]]);
    assert.deepEqual(await idsOf(), ids);
    assert.equal(await outbox.remove(ids, older), true);
    // She fails: the row is published once more.
    await sister.query('ROLLBACK');
  });
  assert.deepEqual(await idsOf(), ids.slice(0, 1));
});

test('the fence moves forward only, and settles from the moment it moved', async () => {
  const fence = async () => (await outbox.look()).fence;
  await outbox.adopt(older, 0);
  assert.deepEqual(await fence(), { epoch: older, settlesInMs: 0 });
  for (const epoch of [oldest, older]) {
    await outbox.adopt(epoch, 60_000);
    assert.deepEqual(await fence(), { epoch: older, settlesInMs: 0 });
  }
  await outbox.adopt(newer, 60_000);
  const moved = await fence();
  assert.equal(moved?.epoch, newer);
  // Not to the millisecond: the machine's clock may be set meanwhile.
  assert(moved.settlesInMs > 30_000 && moved.settlesInMs < 90_000, String(moved.settlesInMs));
});

test('who has seen no fence does not move the one that came meanwhile', async () => {
  await outbox.adopt(older, 0);
  await outbox.adopt(newer, 0);
  assert.deepEqual((await outbox.look()).fence, { epoch: older, settlesInMs: 0 });
});

test('epochs are compared by bytes, whatever the language of the database', async () => {
  await outbox.adopt('1000000000000000-0b', 0);
  await outbox.adopt('1000000000000000-0A', 100);
  assert.equal((await outbox.look()).fence?.epoch, '1000000000000000-0b');
});

test('a role needs rights on these tables alone', async () => {
  const role = `relay_${database.name}`;
  await pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret';
    GRANT SELECT, UPDATE, DELETE ON cache_outbox TO ${role};
    GRANT SELECT, INSERT, UPDATE ON cache_fence TO ${role};
    GRANT SELECT ON _prisma_migrations TO ${role}`);
  const url = new URL(database.url);
  url.username = role;
  url.password = 'secret';
  const own = createTestPool(url.href, 1);
  try {
    const relay = createCacheOutbox(own);
    await write(1);
    await relay.adopt(older, 0);
    const { rows } = await relay.look();
    assert.equal(
      await relay.remove(
        rows.map(({ id }) => id),
        older,
      ),
      true,
    );
    await relay.adopt(newer, 100);
  } finally {
    await own.end();
    await pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
  assert.equal(await waiting(), 0);
});
