import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Client } from 'pg';
import { v7 } from 'uuid';
import { freshDatabase, withClient } from '../support/databases.ts';
import { insertUser } from './rows.ts';
import { wrongCounters } from './wrong-counters.ts';

const database = await freshDatabase('users');
after(() => database[Symbol.asyncDispose]());

type Names = 'ada' | 'ben' | 'cy';

function testFollows(
  sentence: string,
  body: (client: Client, ids: Record<Names, string>) => Promise<void>,
): void {
  test(sentence, () =>
    withClient(database.url, async (client) => {
      await body(client, {
        ada: await insertUser(client),
        ben: await insertUser(client),
        cy: await insertUser(client),
      });
      assert.deepEqual(await wrongCounters(client, 'users'), []);
    }),
  );
}

async function follow(client: Client, ...pairs: [follower: string, followee: string][]): Promise<void> {
  await client.query(
    'INSERT INTO follows (id, follower_id, followee_id) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])',
    [pairs.map(() => v7()), pairs.map(([follower]) => follower), pairs.map(([, followee]) => followee)],
  );
}

/** `[followers, following]`, or nothing where there is no row. */
async function countersOf(client: Client, id: string): Promise<number[] | undefined> {
  const { rows } = await client.query<number[]>({
    text: 'SELECT follower_count, following_count FROM user_counters WHERE user_id = $1',
    values: [id],
    rowMode: 'array',
  });
  return rows[0];
}

testFollows('a follow counts on both sides', async (client, { ada, ben, cy }) => {
  await follow(client, [ada, ben]);
  await follow(client, [ada, cy], [cy, ben]);
  assert.deepEqual(await countersOf(client, ada), [0, 2]);
  assert.deepEqual(await countersOf(client, ben), [2, 0]);
  assert.deepEqual(await countersOf(client, cy), [1, 1]);
});

testFollows('an unfollow counts on both sides', async (client, { ada, ben, cy }) => {
  await follow(client, [ada, ben], [cy, ben]);
  await client.query('DELETE FROM follows WHERE follower_id = $1', [ada]);
  assert.deepEqual(await countersOf(client, ada), [0, 0]);
  assert.deepEqual(await countersOf(client, ben), [1, 0]);
});

testFollows('a follow that was there already counts once', async (client, { ada, ben }) => {
  await follow(client, [ada, ben]);
  await client.query(
    'INSERT INTO follows (id, follower_id, followee_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [v7(), ada, ben],
  );
  assert.deepEqual(await countersOf(client, ben), [1, 0]);
});

testFollows('a follow that is redirected moves from one to the other', async (client, { ada, ben, cy }) => {
  await follow(client, [ada, ben]);
  await client.query('UPDATE follows SET followee_id = $1 WHERE followee_id = $2', [cy, ben]);
  assert.deepEqual(await countersOf(client, ben), [0, 0]);
  assert.deepEqual(await countersOf(client, cy), [1, 0]);
});

testFollows('a refused statement counts nothing', async (client, { ada, ben }) => {
  await assert.rejects(follow(client, [ada, ben], [ben, ben]), /follows_not_oneself_check/);
  assert.equal(await countersOf(client, ada), undefined);
});

testFollows(
  'an account that is gone takes its counters along, and leaves those of others right',
  async (client, ids) => {
    const { ada, ben, cy } = ids;
    await follow(client, [ada, ben], [ben, ada], [ada, cy], [cy, ada]);
    await client.query('DELETE FROM users WHERE id = $1', [ada]);
    assert.equal(await countersOf(client, ada), undefined);
    assert.deepEqual(await countersOf(client, ben), [0, 0]);
    assert.deepEqual(await countersOf(client, cy), [0, 0]);
  },
);

testFollows('COPY counts', async (client, { ada, ben, cy }) => {
  const lines = [
    [v7(), ada, ben],
    [v7(), cy, ben],
  ].map((row) => row.join('\\t'));
  await client.query(
    `COPY follows (id, follower_id, followee_id) FROM PROGRAM 'printf "${lines.join('\\n')}\\n"'`,
  );
  assert.deepEqual(await countersOf(client, ben), [2, 0]);
});

testFollows('TRUNCATE leaves nothing counted', async (client, { ada, ben }) => {
  await follow(client, [ada, ben]);
  await client.query('TRUNCATE follows');
  assert.equal((await countersOf(client, ben)) ?? 0, 0);
});

testFollows('people who follow each other at the same time neither deadlock nor miscount', async (client) => {
  const circle: string[] = [];
  while (circle.length < 6) circle.push(await insertUser(client));
  const followEveryone = (follower: string) =>
    withClient(database.url, async (own) => {
      for (const followee of circle) if (followee !== follower) await follow(own, [follower, followee]);
      await own.query('DELETE FROM follows WHERE follower_id = $1', [follower]);
      await follow(
        own,
        ...circle.filter((id) => id !== follower).map((id): [string, string] => [follower, id]),
      );
    });
  await Promise.all(circle.map(followEveryone));
  for (const id of circle) assert.deepEqual(await countersOf(client, id), [5, 5]);
});
