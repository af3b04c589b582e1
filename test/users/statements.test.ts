import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { statementsDuring } from '../support/statements.ts';
import { startUsers, type TestAccount, type TestUsers, userId } from './users-subgraph.ts';

let users: TestUsers;
let viewer: TestAccount;
let everybody: string[];

before(async () => {
  users = await startUsers();
  everybody = await users.insertUsers(120);
  viewer = await users.signUp('viewer');
  // Everybody follows the ten before them, in a circle; the viewer follows everybody.
  await users.sql(
    `INSERT INTO follows (id, follower_id, followee_id)
     SELECT gen_random_uuid(), follower, followee
     FROM unnest($1::uuid[]) WITH ORDINALITY AS a (follower, n)
     JOIN unnest($1::uuid[]) WITH ORDINALITY AS b (followee, m) ON (n - m + 120) % 120 BETWEEN 1 AND 10
     UNION ALL SELECT gen_random_uuid(), $2, followee FROM unnest($1::uuid[]) AS c (followee)`,
    [everybody, viewer.uuid],
  );
});
after(() => users.stop());

/** How many statements one operation took, after checking that it was answered. */
async function count(query: string, variables: Record<string, unknown>): Promise<number> {
  const statements = await statementsDuring(users.database, async () => {
    const { body } = await users.call(query, variables, viewer.viewer);
    assert.equal(body.errors, undefined);
  });
  return statements.reduce((sum, { calls }) => sum + calls, 0);
}

test('a list of lists of lists takes one statement a level and kind of thing, however long the lists are', async () => {
  const query = `query ($n: Int!) {
    users(last: $n) {
      nodes {
        followerCount
        followers(first: 5) {
          nodes { username viewerIsFollowing followers(first: 3) { nodes { username followingCount } } }
        }
        following(last: 5) { nodes { username } }
      }
    }
  }`;
  // users; their counters, followers and followed; the followers' followers and whether they are followed; counters.
  for (const n of [1, 10, 100]) {
    assert.equal(await count(query, { n }), 7, `for ${n}`);
  }
});

test('any number of references takes one statement, and so does any number of nodes', async () => {
  const entities = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { username } } }`;
  const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on User { username } } }';
  for (const n of [1, 10, 100]) {
    const ids = everybody.slice(0, n).map(userId);
    assert.equal(await count(entities, { r: ids.map((id) => ({ __typename: 'User', id })) }), 1);
    assert.equal(await count(nodes, { ids }), 1);
  }
});

test('what was loaded for a list is not loaded again by id', async () => {
  const query = `{ me { following(first: 1) { nodes { id username email followeeIds } } followeeIds } again: me { id } }`;
  // The viewer once, the list once, the viewer's followees once.
  assert.equal(await count(query, {}), 3);
});
