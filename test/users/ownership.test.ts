import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Kind, parse } from 'graphql';
import type { Viewer } from '../../platform/viewer.ts';
import { password, startUsers, type TestAccount, type TestUsers } from './users-subgraph.ts';

let users: TestUsers;
let owner: TestAccount;
let another: TestAccount;
let followed: TestAccount;

before(async () => {
  users = await startUsers();
  owner = await users.signUp('owner');
  another = await users.signUp('another');
  followed = await users.signUp('followed');
  await follow(owner.viewer, followed.id);
});
after(() => users.stop());

function follow(viewer: Viewer, id: string) {
  return users.call(
    'mutation ($id: ID!) { followUser(input: { userId: $id }) { userErrors { code } } }',
    { id },
    viewer,
  );
}

/** Everything the database holds of the account, as one comparable value. */
async function everythingOf({ uuid }: TestAccount): Promise<unknown> {
  const rows = await users.sql(
    `SELECT (SELECT to_json(users) FROM users WHERE id = $1) AS account,
            (SELECT json_agg(sessions ORDER BY id) FROM sessions WHERE user_id = $1) AS sessions,
            (SELECT json_agg(follows ORDER BY id) FROM follows WHERE follower_id = $1) AS follows`,
    [uuid],
  );
  return rows[0];
}

/** Every mutation that needs a sign-in, in a form that the account called `owner` could send. */
const ownMutations: Record<string, (target: TestAccount) => string> = {
  logOut: () => 'logOut { loggedOut userErrors { code } }',
  updateProfile: () =>
    'updateProfile(input: { name: "Mallory", bio: "was here" }) { user { id } userErrors { code } }',
  changePassword: () =>
    `changePassword(input: { currentPassword: "${password}", newPassword: "the password of mallory" }) { user { id } userErrors { code } }`,
  followUser: (target) => `followUser(input: { userId: "${target.id}" }) { user { id } userErrors { code } }`,
  unfollowUser: (target) =>
    `unfollowUser(input: { userId: "${target.id}" }) { user { id } userErrors { code } }`,
  // Last: it ends the account of the caller.
  deleteAccount: () =>
    `deleteAccount(input: { password: "${password}" }) { deletedUserId userErrors { code } }`,
};

test('no mutation is missing from these tests', () => {
  const schema = parse(
    readFileSync(new URL('../../subgraphs/users/schema.graphql', import.meta.url), 'utf8'),
  );
  const mutations = schema.definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === 'Mutation'
      ? (definition.fields ?? []).map((field) => field.name.value)
      : [],
  );
  const open = ['signUp', 'logIn', 'refreshSession'];
  assert.deepEqual([...open, ...Object.keys(ownMutations)].sort(), mutations.sort());
});

for (const [name, mutation] of Object.entries(ownMutations)) {
  test(`${name} as nobody is UNAUTHENTICATED and changes nothing`, async () => {
    const before = await everythingOf(owner);
    const { body } = await users.call(`mutation { ${mutation(followed)} }`);
    assert.deepEqual(body.data, { [name]: null });
    assert.deepEqual(
      body.errors?.map(({ extensions }) => extensions?.code),
      ['UNAUTHENTICATED'],
    );
    assert.deepEqual(await everythingOf(owner), before);
  });

  test(`${name} as another changes nothing of the owner, even with the owner's session in the token`, async () => {
    const stranger = await users.signUp(`x_${name.toLowerCase()}`);
    const before = await everythingOf(owner);
    const viewer = { subject: stranger.uuid, sessionId: owner.viewer.sessionId };
    const { body } = await users.call(`mutation { ${mutation(followed)} }`, {}, viewer);
    assert.equal(body.errors, undefined);
    assert.deepEqual(body.data[name].userErrors, []);
    if (name === 'logOut') assert.equal(body.data.logOut.loggedOut, false);
    assert.deepEqual(await everythingOf(owner), before);
  });

  test(`${name} with a token that outlived its account is UNAUTHENTICATED`, async () => {
    const ghost = await users.signUp(`g_${name.toLowerCase()}`);
    const ended = await users.call(`mutation { ${ownMutations.deleteAccount?.(ghost)} }`, {}, ghost.viewer);
    assert.equal(ended.body.data.deleteAccount.deletedUserId, ghost.id);
    const { body } = await users.call(`mutation { ${mutation(followed)} }`, {}, ghost.viewer);
    assert.deepEqual(body.data, { [name]: null });
    assert.equal(body.errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
  });
}

for (const [name, field] of [
  ['changePassword', 'currentPassword'],
  ['deleteAccount', 'password'],
])
  test(`${name} with a wrong password is WRONG_CREDENTIALS at its field and changes nothing`, async () => {
    const before = await everythingOf(owner);
    const { body } = await users.call(
      `mutation { ${ownMutations[String(name)]?.(owner).replace(password, 'not the right password').replace('{ code }', '{ code field }')} }`,
      {},
      owner.viewer,
    );
    assert.deepEqual(body.data[String(name)].userErrors, [
      { code: 'WRONG_CREDENTIALS', field: ['input', field] },
    ]);
    assert.deepEqual(await everythingOf(owner), before);
  });

const privateFields = '{ user(username: "owner") { email followeeIds viewerIsFollowing } }';

test('private fields show their owner everything', async () => {
  const { body } = await users.call(privateFields, {}, owner.viewer);
  assert.deepEqual(body.data.user, {
    email: owner.email,
    followeeIds: [followed.id],
    viewerIsFollowing: false,
  });
});

test('private fields show others nothing, however they come to the account', async () => {
  for (const viewer of [null, another.viewer]) {
    assert.deepEqual((await users.call(privateFields, {}, viewer)).body.data.user, {
      email: null,
      followeeIds: null,
      viewerIsFollowing: false,
    });
    const { body } = await users.call(
      `query ($id: ID!, $r: [_Any!]!) {
        node(id: $id) { ... on User { email } }
        users(search: "owner") { nodes { email followeeIds } }
        user(username: "followed") { followers(last: 1) { nodes { email followeeIds } } }
        _entities(representations: $r) { ... on User { email followeeIds } }
      }`,
      { id: owner.id, r: [{ __typename: 'User', id: owner.id }] },
      viewer,
    );
    const hidden = { email: null, followeeIds: null };
    assert.deepEqual(body.data, {
      node: { email: null },
      users: { nodes: [hidden] },
      user: { followers: { nodes: [hidden] } },
      _entities: [hidden],
    });
  }
});

test('viewerIsFollowing is about the viewer', async () => {
  const query = '{ user(username: "followed") { viewerIsFollowing } }';
  const seenBy = async (viewer: Viewer | null) =>
    (await users.call(query, {}, viewer)).body.data.user.viewerIsFollowing;
  assert.deepEqual(
    [await seenBy(owner.viewer), await seenBy(another.viewer), await seenBy(null)],
    [true, false, false],
  );
});

for (const [name, mutation] of Object.entries(ownMutations))
  test(`${name} as the owner does what it says`, async () => {
    const { body } = await users.call(`mutation { ${mutation(another)} }`, {}, owner.viewer);
    assert.equal(body.errors, undefined);
    assert.deepEqual(body.data[name].userErrors, []);
    // The tests of every mutation look closer; here it matters that nobody else can.
    if (name === 'changePassword') await restorePassword(owner);
  });

async function restorePassword({ viewer }: TestAccount): Promise<void> {
  await users.call(
    `mutation { changePassword(input: { currentPassword: "the password of mallory", newPassword: "${password}" }) { userErrors { code } } }`,
    {},
    viewer,
  );
}
