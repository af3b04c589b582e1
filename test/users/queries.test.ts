import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toGlobalId } from '../../platform/global-id.ts';
import { orderedUuid, startUsers, type TestAccount, type TestUsers, userId } from './users-subgraph.ts';

let users: TestUsers;
let alice: TestAccount;

before(async () => {
  users = await startUsers();
  alice = await users.signUp('alice');
});
after(() => users.stop());

const nobody = orderedUuid(0xdead);

/** What clients send as ids that are none of ours. */
const notUserIds = {
  empty: '',
  'not base64url': 'VXNlcjo=%%%',
  'a bare UUID': nobody,
  'too short': Buffer.from('User:1').toString('base64url'),
  'of another type': toGlobalId('Post', nobody),
  'of no type': toGlobalId('Nonsense', nobody),
  'of an account that never was': userId(nobody),
  'with a zero byte': Buffer.from('User\0:0123456789abcdef').toString('base64url'),
  'in another spelling': `${userId(nobody)}=`,
  'very long': 'A'.repeat(100_000),
};

test('me is the signed-in account with its e-mail address, and null for nobody', async () => {
  const query = '{ me { id username name email bio avatarUrl } }';
  assert.deepEqual((await users.call(query, {}, alice.viewer)).body.data.me, {
    id: alice.id,
    username: 'alice',
    name: 'alice',
    email: 'alice@example.com',
    bio: '',
    avatarUrl: null,
  });
  assert.deepEqual((await users.call(query)).body.data, { me: null });
});

test('a subject of a foreign issuer, which is no UUID, is signed in to no account', async () => {
  const { body } = await users.call('{ me { id } }', {}, { subject: 'auth0|42' });
  assert.deepEqual(body.data, { me: null });
});

test('an account is found by its id and by its username', async () => {
  const { body } = await users.call(
    'query ($id: ID!) { byId: user(id: $id) { username } byName: user(username: "alice") { id } }',
    { id: alice.id },
  );
  assert.deepEqual(body.data, { byId: { username: 'alice' }, byName: { id: alice.id } });
});

test('user wants exactly one of id and username', async () => {
  for (const args of ['(id: "x", username: "alice")', '(id: null)', '']) {
    const { body } = await users.call(`{ user${args} { id } }`);
    assert.equal(body.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT', args);
  }
});

test('usernames that nobody can have are found to be nobody', async () => {
  for (const username of ['', 'Alice', 'a', "al'ice", 'ali\0ce', 'a'.repeat(31)]) {
    const { status, body } = await users.call('query ($u: String) { user(username: $u) { id } }', {
      u: username,
    });
    assert.equal(status, 200);
    assert.deepEqual([body.data, body.errors], [{ user: null }, undefined], username);
  }
});

for (const [kind, id] of Object.entries(notUserIds))
  test(`an id that is ${kind} is not found, and no fault`, async () => {
    const { status, body } = await users.call(
      `query ($id: ID!) { user(id: $id) { id } node(id: $id) { ... on User { id } } }`,
      { id },
    );
    assert.equal(status, 200);
    assert.equal(body.errors, undefined);
    assert.equal(body.data.user, null);
  });

test('node gives accounts whole and points at things of other subgraphs', async () => {
  const post = toGlobalId('Post', nobody);
  const comment = toGlobalId('Comment', nobody);
  const ids = [post, alice.id, comment, toGlobalId('Query', nobody), 'nonsense', userId(nobody), alice.id];
  const { body } = await users.call(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on User { username } } }',
    { ids },
  );
  const aliceNode = { __typename: 'User', id: alice.id, username: 'alice' };
  assert.deepEqual(body.data.nodes, [
    { __typename: 'Post', id: post },
    aliceNode,
    { __typename: 'Comment', id: comment },
    null,
    null,
    null,
    aliceNode,
  ]);
});

test('nodes takes 100 ids and no more', async () => {
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  const all = await users.call(query, { ids: Array.from({ length: 100 }, () => alice.id) });
  assert.equal(all.body.data.nodes.length, 100);
  const tooMany = await users.call(query, { ids: Array.from({ length: 101 }, () => alice.id) });
  assert.equal(tooMany.body.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
});

test('search finds parts of usernames and names in any case, and takes % _ and \\ literally', async () => {
  await users.sql(
    `INSERT INTO users (id, username, name, email, password_hash) VALUES
      ($1, 'under_score', 'Fifty 50% Off', 's1@example.com', 'none'),
      ($2, 'underxscore', 'Back\\slash', 's2@example.com', 'none'),
      ($3, 'zoe', 'ZOË Straße', 's3@example.com', 'none')`,
    [1, 2, 3].map(orderedUuid),
  );
  const found = async (search: string) => {
    const { body } = await users.call('query ($s: String) { users(search: $s) { nodes { username } } }', {
      s: search,
    });
    return body.data.users.nodes.map((node: { username: string }) => node.username).sort();
  };
  assert.deepEqual(await found('ALIC'), ['alice']);
  assert.deepEqual(await found('r_s'), ['under_score']);
  assert.deepEqual(await found('0%'), ['under_score']);
  assert.deepEqual(await found('k\\s'), ['underxscore']);
  assert.deepEqual(await found('%%'), []);
  assert.deepEqual(await found('zoë'), ['zoe']);
  assert.deepEqual(await found("'; DROP TABLE users; --"), []);
});

test('search wants at least 2 characters, none of them a zero byte', async () => {
  for (const search of ['', 'a', '🙂', 'ab\0']) {
    const { body } = await users.call('query ($s: String) { users(search: $s) { nodes { id } } }', {
      s: search,
    });
    assert.equal(body.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT', JSON.stringify(search));
  }
});

test('page arguments out of range are refused with a reason, on every list', async () => {
  const cursorOfAnotherList = Buffer.from('["not a uuid"]').toString('base64url');
  const wrong: [string, string][] = [
    ['first: -1', 'BAD_USER_INPUT'],
    ['last: -1', 'BAD_USER_INPUT'],
    ['first: 1, last: 1', 'BAD_USER_INPUT'],
    ['first: 101', 'PAGE_TOO_LARGE'],
    ['last: 2147483647', 'PAGE_TOO_LARGE'],
    ['after: "nonsense"', 'BAD_USER_INPUT'],
    [`before: "${cursorOfAnotherList}"`, 'BAD_USER_INPUT'],
  ];
  for (const [args, code] of wrong)
    for (const query of [
      `{ users(${args}) { nodes { id } } }`,
      `{ user(username: "alice") { followers(${args}) { nodes { id } } } }`,
      `{ user(username: "alice") { following(${args}) { nodes { id } } } }`,
    ]) {
      const { body } = await users.call(query);
      assert.equal(body.errors?.[0]?.extensions?.code, code, query);
    }
});
