import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Pool } from 'pg';
import { createNamedReads, type NamedReads } from '../../subgraphs/shared/named-reads.ts';
import type { Page } from '../../subgraphs/shared/page.ts';
import { createDatabase, type Database } from '../../subgraphs/users/data/database.ts';
import { followCounts, followersOf, followingOf } from '../../subgraphs/users/data/follows.ts';
import { findUsers, findUsersByUsername, userFields } from '../../subgraphs/users/data/users.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { createTestPool } from '../support/pools.ts';
import { quietRetries } from '../support/write-retries.ts';

/** What is read past Prisma is what Prisma would have read. */

let testDatabase: TestDatabase;
let pool: Pool;
let database: Database;
let reads: NamedReads;
let ids: string[];

before(async () => {
  testDatabase = await freshDatabase('users');
  // As on the connections of the subgraph: Prisma takes every time for UTC.
  pool = createTestPool(`${testDatabase.url}?options=-c%20TimeZone=UTC`, 2);
  database = createDatabase(pool, quietRetries());
  reads = createNamedReads(pool);
  const { rows } = await pool.query<{ id: string }>(`
    INSERT INTO users (id, username, name, bio, avatar_url, email, password_hash, created_at)
    SELECT gen_random_uuid(), 'user' || n, E'Ü \\' {"' || n, 'bio', CASE WHEN n % 2 = 0 THEN 'https://a.example/' || n END,
      n || '@a.example', 'hash', timestamptz '2026-01-01 00:00:00.5' + n * interval '1 ms'
    FROM generate_series(1, 12) AS n RETURNING id`);
  ids = rows.map(({ id }) => id);
  await pool.query(`
    UPDATE users SET deleted_at = now(), name = '', bio = '', avatar_url = NULL, email = NULL, password_hash = NULL
      WHERE username = 'user5';
    INSERT INTO follows (id, follower_id, followee_id)
    SELECT gen_random_uuid(), a.id, b.id FROM users a JOIN users b ON a.id <> b.id AND b.username < 'user4'
    WHERE a.deleted_at IS NULL AND b.deleted_at IS NULL`);
});
after(async () => {
  await database.$disconnect();
  await pool.end();
  await testDatabase[Symbol.asyncDispose]();
});

test('accounts by id and by username, but none that is deleted', async () => {
  const expected = await database.user.findMany({ where: { deletedAt: null }, select: userFields });
  assert.equal(expected.length, 11);
  assert.deepEqual(
    await findUsers(reads, [...ids, randomUUID()]),
    new Map(expected.map((row) => [row.id, row])),
  );
  const usernames = Array.from({ length: 20 }, (_, n) => `user${n}`);
  assert.deepEqual(
    await findUsersByUsername(reads, usernames),
    new Map(expected.map((row) => [row.username, row])),
  );
});

test('counts of follows', async () => {
  const rows = await database.userCounters.findMany();
  assert(rows.length > 0);
  assert.deepEqual(await followCounts(reads, ids), new Map(rows.map((row) => [row.userId, row])));
});

const pages: Page[] = [
  { size: 3, direction: 'forward', after: null, before: null },
  { size: 4, direction: 'backward', after: null, before: null },
];

for (const page of pages)
  test(`pages of followers and of followed accounts, ${page.direction}`, async () => {
    const options = {
      orderBy: { id: page.direction === 'forward' ? 'desc' : 'asc' },
      take: page.size + 1,
    } as const;
    const [followers, following] = [await followersOf(reads, ids, page), await followingOf(reads, ids, page)];
    for (const parent of ids) {
      const ofFollowee = await database.follow.findMany({
        where: { followeeId: parent },
        include: { follower: { select: userFields } },
        ...options,
      });
      assert.deepEqual(
        followers.filter((row) => row.parent === parent),
        ofFollowee.map(({ id, follower }) => ({ parent, followId: id, ...follower })),
      );
      const ofFollower = await database.follow.findMany({
        where: { followerId: parent },
        include: { followee: { select: userFields } },
        ...options,
      });
      assert.deepEqual(
        following.filter((row) => row.parent === parent),
        ofFollower.map(({ id, followee }) => ({ parent, followId: id, ...followee })),
      );
    }
    assert(followers.length > 0 && following.length > 0);
  });
