import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toGlobalId } from '../../platform/global-id.ts';
import { orderedUuid, startUsers, type TestAccount, type TestUsers, userId } from './users-subgraph.ts';

let users: TestUsers;
let alice: TestAccount;
let bob: TestAccount;

before(async () => {
  users = await startUsers();
  alice = await users.signUp('alice');
  bob = await users.signUp('bob');
});
after(() => users.stop());

async function mutate(name: 'followUser' | 'unfollowUser', id: string) {
  const { body } = await users.call(
    `mutation ($id: ID!) {
      ${name}(input: { userId: $id }) {
        user { username followerCount viewerIsFollowing followers { nodes { username } } }
        userErrors { code field }
      }
    }`,
    { id },
    alice.viewer,
  );
  return body.data[name];
}

const followed = {
  username: 'bob',
  followerCount: 1,
  viewerIsFollowing: true,
  followers: { nodes: [{ username: 'alice' }] },
};
const notFollowed = { username: 'bob', followerCount: 0, viewerIsFollowing: false, followers: { nodes: [] } };

test('following and unfollowing show their effect at once, and doing either twice is fine', async () => {
  assert.deepEqual(await mutate('unfollowUser', bob.id), { user: notFollowed, userErrors: [] });
  assert.deepEqual(await mutate('followUser', bob.id), { user: followed, userErrors: [] });
  assert.deepEqual(await mutate('followUser', bob.id), { user: followed, userErrors: [] });
  assert.deepEqual(await mutate('unfollowUser', bob.id), { user: notFollowed, userErrors: [] });
});

test('mutations of one request each show the state after themselves', async () => {
  const fields = 'user { followerCount viewerIsFollowing followers { nodes { username } } }';
  const { body } = await users.call(
    `mutation ($id: ID!) {
      a: followUser(input: { userId: $id }) { ${fields} }
      b: unfollowUser(input: { userId: $id }) { ${fields} }
    }`,
    { id: bob.id },
    alice.viewer,
  );
  const { username: _, ...after } = followed;
  const { username: __, ...before } = notFollowed;
  assert.deepEqual(body.data, { a: { user: after }, b: { user: before } });
});

test('one follows neither oneself nor what is no account', async () => {
  for (const name of ['followUser', 'unfollowUser'] as const) {
    const refused = async (id: string) => (await mutate(name, id)).userErrors;
    assert.deepEqual(await refused(alice.id), [{ code: 'INVALID', field: ['input', 'userId'] }]);
    for (const id of ['', 'nonsense', toGlobalId('Post', bob.uuid), userId(orderedUuid(404)), bob.uuid])
      assert.deepEqual(await refused(id), [{ code: 'NOT_FOUND', field: ['input', 'userId'] }], id);
  }
});

test('many follows of one account at the same moment count right', async () => {
  const fans = await Promise.all([1, 2, 3, 4, 5].map((n) => users.signUp(`fan${n}`)));
  const star = await users.signUp('star');
  await Promise.all(
    [...fans, ...fans].map((fan) =>
      users.call(
        'mutation ($id: ID!) { followUser(input: { userId: $id }) { userErrors { code } } }',
        { id: star.id },
        fan.viewer,
      ),
    ),
  );
  const { body } = await users.call(
    '{ user(username: "star") { followerCount followers { nodes { id } } } }',
  );
  assert.equal(body.data.user.followerCount, 5);
  assert.equal(body.data.user.followers.nodes.length, 5);
});

test('followers and followed accounts come latest first', async () => {
  const crowd = await users.insertUsers(3, 'crowd');
  const idol = await users.signUp('idol');
  for (const [n, uuid] of crowd.entries())
    await users.sql('INSERT INTO follows (id, follower_id, followee_id) VALUES ($1, $2, $3), ($4, $3, $2)', [
      orderedUuid(1_000 + n),
      uuid,
      idol.uuid,
      orderedUuid(2_000 + n),
    ]);
  const { body } = await users.call(
    '{ me { followeeIds followers { nodes { username } } following { nodes { username } } } }',
    {},
    idol.viewer,
  );
  const latestFirst = ['crowd3', 'crowd2', 'crowd1'].map((username) => ({ username }));
  assert.deepEqual(body.data.me, {
    followeeIds: crowd.toReversed().map(userId),
    followers: { nodes: latestFirst },
    following: { nodes: latestFirst },
  });
});

test('followeeIds are the latest 1000', async () => {
  const fan = await users.signUp('bigfan');
  const many = await users.insertUsers(1_001, 'many');
  await users.sql(
    `INSERT INTO follows (id, follower_id, followee_id)
     SELECT gen_random_uuid(), $1, followee FROM unnest($2::uuid[]) AS new (followee)`,
    [fan.uuid, many.slice(1)],
  );
  await users.sql('INSERT INTO follows (id, follower_id, followee_id) VALUES ($1, $2, $3)', [
    orderedUuid(0),
    fan.uuid,
    many[0],
  ]);
  const { body } = await users.call('{ me { followeeIds followingCount } }', {}, fan.viewer);
  assert.equal(body.data.me.followingCount, 1_001);
  assert.equal(body.data.me.followeeIds.length, 1_000);
  assert.ok(!body.data.me.followeeIds.includes(userId(String(many[0]))));
});
