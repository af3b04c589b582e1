import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Pool } from 'pg';
import type { NamedReads } from '../../subgraphs/shared/named-reads.ts';
import type { Page } from '../../subgraphs/shared/page.ts';
import { followersOf, followingOf } from '../../subgraphs/users/data/follows.ts';
import { findUsers } from '../../subgraphs/users/data/users.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { type Cost, costOfRead } from '../support/plans.ts';
import { createTestPool } from '../support/pools.ts';

/**
 * What lists of accounts cost when they are long and unequal: one account follows 50 000, who all follow it, and each of them
 * follows 5 others.
 */
const many = 50_000;
const idOf = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const popular = idOf(0);
const others = Array.from({ length: 50 }, (_, n) => idOf(100 * n + 1));

let testDatabase: TestDatabase;
let pool: Pool;

before(async () => {
  testDatabase = await freshDatabase('users');
  pool = createTestPool(testDatabase.url, 2);
  // Triggers off, for the sake of time: they write nothing that is read here.
  await pool.query(`
    SET session_replication_role = replica;
    CREATE FUNCTION id_of(n int) RETURNS uuid LANGUAGE sql IMMUTABLE
      RETURN ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
    INSERT INTO users (id, username, name, email, password_hash)
      SELECT id_of(n), 'user' || n, 'N', n || '@a.example', 'hash' FROM generate_series(0, ${many}) AS n;
    INSERT INTO follows (id, follower_id, followee_id)
      SELECT gen_random_uuid(), id_of(n), id_of(0) FROM generate_series(1, ${many}) AS n
      UNION ALL
      SELECT gen_random_uuid(), id_of(0), id_of(n) FROM generate_series(1, ${many}) AS n
      UNION ALL
      SELECT gen_random_uuid(), id_of(n), id_of((n + 7 * m) % ${many} + 1)
        FROM generate_series(1, ${many}) AS n, generate_series(1, 5) AS m;
    RESET session_replication_role`);
  for (const table of ['users', 'follows']) await pool.query(`VACUUM ANALYZE ${table}`);
});
after(async () => {
  await pool.end();
  await testDatabase[Symbol.asyncDispose]();
});

const first = (size: number, after: string | null = null): Page => ({
  size,
  direction: 'forward',
  after: after === null ? null : [after],
  before: null,
});
const last = (size: number, before: string | null = null): Page => ({
  size,
  direction: 'backward',
  after: null,
  before: before === null ? null : [before],
});

/** Each list, and the column that says whose it is. */
const lists: Record<string, { read: typeof followersOf; of: string }> = {
  'the followers of an account': { read: followersOf, of: 'followee_id' },
  'the accounts that an account follows': { read: followingOf, of: 'follower_id' },
};

/** Of each row that is returned: the follow, and the account. */
const tables = 2;

function costOf(read: (reads: NamedReads) => Promise<unknown>): Promise<Cost> {
  return costOfRead(pool, read);
}

/** The place of the list's row that so many others come before. */
async function placeAt(of: string, offset: number): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM follows WHERE ${of} = $1 ORDER BY id DESC OFFSET ${offset} LIMIT 1`,
    [popular],
  );
  return rows[0]?.id ?? '';
}

for (const [name, { read, of }] of Object.entries(lists)) {
  test(`${name}: a page reads the rows it returns, from either end, also beside short lists`, async () => {
    for (const parents of [[popular], [popular, ...others]])
      for (const page of [first(3), first(100), last(3)]) {
        const cost = await costOf((reads) => read(reads, parents, page));
        assert(cost.rowsReturned > page.size);
        assert(
          cost.rowsRead <= 1.2 * tables * cost.rowsReturned,
          JSON.stringify({ parents: parents.length, page, cost }),
        );
      }
  });

  test(`${name}: a page at the far end costs what page 1 costs`, async () => {
    const near = await costOf((reads) => read(reads, [popular], first(20)));
    for (const page of [first(20, await placeAt(of, many - 200)), last(20, await placeAt(of, 200))]) {
      const far = await costOf((reads) => read(reads, [popular], page));
      assert.equal(far.rowsReturned, 21);
      assert(far.rowsRead <= 1.2 * tables * far.rowsReturned, JSON.stringify({ near, far }));
      // Each row is on a page of its own, under inner pages of an index that may or may not be shared.
      assert(far.buffers <= 1.2 * near.buffers + 8, JSON.stringify({ near, far }));
    }
  });
}

test('accounts are read by their keys, few or many', async () => {
  for (const ids of [[popular], others, Array.from({ length: 1_000 }, (_, n) => idOf(n))]) {
    const cost = await costOf((reads) => findUsers(reads, ids));
    assert.deepEqual(cost.scans, ['Index Scan users_pkey']);
    assert.equal(cost.rowsRead, ids.length);
  }
});
