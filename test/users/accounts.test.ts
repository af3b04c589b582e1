import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { password, startUsers, type TestAccount, type TestUsers } from './users-subgraph.ts';

let users: TestUsers;

before(async () => {
  users = await startUsers();
});
after(() => users.stop());

async function updateProfile(account: TestAccount, input: Record<string, unknown>) {
  const { body } = await users.call(
    `mutation ($input: UpdateProfileInput!) {
      updateProfile(input: $input) { user { name bio avatarUrl } userErrors { code field } }
    }`,
    { input },
    account.viewer,
  );
  return body.data.updateProfile;
}

async function deleteAccount(account: TestAccount) {
  const { body } = await users.call(
    `mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedUserId userErrors { code } } }`,
    { input: { password } },
    account.viewer,
  );
  return body.data.deleteAccount;
}

async function follow(account: TestAccount, target: TestAccount) {
  const { body } = await users.call(
    'mutation ($id: ID!) { followUser(input: { userId: $id }) { user { followerCount } userErrors { code } } }',
    { id: target.id },
    account.viewer,
  );
  return body.data?.followUser;
}

test('a profile keeps what is left out, and null removes the picture', async () => {
  const account = await users.signUp('profile');
  const avatarUrl = 'https://example.com/a.png';
  const full = { name: 'A Name', bio: 'A bio\nof two lines 🙂', avatarUrl };
  assert.deepEqual((await updateProfile(account, full)).user, full);
  assert.deepEqual((await updateProfile(account, {})).user, full);
  assert.deepEqual((await updateProfile(account, { name: ' Else ' })).user, { ...full, name: 'Else' });
  assert.deepEqual((await updateProfile(account, { avatarUrl: null, bio: '' })).user, {
    name: 'Else',
    bio: '',
    avatarUrl: null,
  });
});

test('a profile that breaks a rule is INVALID at its fields, and nothing is changed', async () => {
  const account = await users.signUp('ruleless');
  const { user, userErrors } = await updateProfile(account, {
    name: '',
    bio: 'x'.repeat(501),
    avatarUrl: 'http://example.com/a.png',
  });
  assert.equal(user, null);
  assert.deepEqual(
    userErrors,
    ['name', 'bio', 'avatarUrl'].map((field) => ({ code: 'INVALID', field: ['input', field] })),
  );
  const wrong: Record<string, unknown>[] = [
    { name: null },
    { name: 'x'.repeat(81) },
    { name: 'a\0b' },
    { bio: '\0' },
    { avatarUrl: '' },
    { avatarUrl: 'javascript:alert(1)' },
    { avatarUrl: 'https://' },
    { avatarUrl: 'https://a b' },
    { avatarUrl: `https://example.com/${'x'.repeat(2_000)}` },
    { avatarUrl: 'https://example.com/\0' },
  ];
  for (const input of wrong) {
    const { userErrors } = await updateProfile(account, input);
    assert.deepEqual(
      userErrors.map(({ code }: { code: string }) => code),
      ['INVALID'],
      JSON.stringify(input),
    );
  }
  assert.deepEqual((await updateProfile(account, {})).user, { name: 'ruleless', bio: '', avatarUrl: null });
});

test('a new password that breaks the rule is INVALID before the current one is looked at', async () => {
  const account = await users.signUp('shortpass');
  const { body } = await users.call(
    `mutation { changePassword(input: { currentPassword: "wrong", newPassword: "short" }) { userErrors { code field } } }`,
    {},
    account.viewer,
  );
  assert.deepEqual(body.data.changePassword.userErrors, [
    { code: 'INVALID', field: ['input', 'newPassword'] },
  ]);
});

test('a deleted account is erased and appears nowhere', async () => {
  const account = await users.signUp('leaving');
  const friend = await users.signUp('friend');
  await updateProfile(account, { name: 'Real Name', bio: 'My life', avatarUrl: 'https://example.com/me' });
  await follow(account, friend);
  await follow(friend, account);
  assert.deepEqual(await deleteAccount(account), { deletedUserId: account.id, userErrors: [] });

  const [row] = await users.sql(
    `SELECT username, name, bio, avatar_url, email, password_hash, deleted_at IS NOT NULL AS deleted,
            (SELECT count(*)::int FROM sessions WHERE user_id = users.id) AS sessions,
            (SELECT count(*)::int FROM follows WHERE users.id IN (follower_id, followee_id)) AS follows
     FROM users WHERE id = $1`,
    [account.uuid],
  );
  const nothing = { name: '', bio: '', avatar_url: null, email: null, password_hash: null };
  assert.deepEqual(row, { username: 'leaving', ...nothing, deleted: true, sessions: 0, follows: 0 });

  const { body } = await users.call(
    `query ($id: ID!) {
      me { id }
      user(id: $id) { id }
      byName: user(username: "leaving") { id }
      node(id: $id) { id }
      users(search: "leaving") { nodes { id } }
      friend: user(username: "friend") {
        followerCount followingCount followers { nodes { id } } following { nodes { id } }
      }
    }`,
    { id: account.id },
    account.viewer,
  );
  assert.deepEqual(body.data, {
    me: null,
    user: null,
    byName: null,
    node: null,
    users: { nodes: [] },
    friend: { followerCount: 0, followingCount: 0, followers: { nodes: [] }, following: { nodes: [] } },
  });
});

test('the username of a deleted account stays taken, its e-mail address is free again', async () => {
  const account = await users.signUp('former');
  await deleteAccount(account);
  const signUp = async (username: string) => {
    const { body } = await users.call(
      `mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { code field } } }`,
      { input: { username, email: account.email, password } },
    );
    return body.data.signUp.userErrors;
  };
  assert.deepEqual(await signUp('former'), [{ code: 'TAKEN', field: ['input', 'username'] }]);
  assert.deepEqual(await signUp('successor'), []);
});

test('a follow in the moment of a deletion either comes first and goes with it, or finds nobody', async () => {
  const fans = [await users.signUp('fan1'), await users.signUp('fan2'), await users.signUp('fan3')];
  for (const round of [1, 2, 3, 4, 5]) {
    const star = await users.signUp(`star${round}`);
    const [deletion] = await Promise.all([
      deleteAccount(star),
      ...fans.map((fan) => follow(fan, star)),
      ...fans.map((fan) => follow(star, fan)),
    ]);
    assert.deepEqual(deletion.userErrors, []);
    const left = await users.sql('SELECT id FROM follows WHERE $1 IN (follower_id, followee_id)', [
      star.uuid,
    ]);
    assert.deepEqual(left, []);
  }
  const counts = await users.sql('SELECT follower_count, following_count FROM user_counters');
  for (const row of counts) assert.deepEqual(row, { follower_count: 0, following_count: 0 });
});

test('accounts that follow one another can be deleted at the same moment', async () => {
  const circle = await Promise.all(['c1', 'c2', 'c3', 'c4'].map((name) => users.signUp(`circle_${name}`)));
  for (const one of circle) for (const other of circle) if (one !== other) await follow(one, other);
  const deletions = await Promise.all(circle.map(deleteAccount));
  assert.deepEqual(
    deletions.map(({ deletedUserId }) => deletedUserId),
    circle.map(({ id }) => id),
  );
});

test('of a change of password and a deletion at the same moment, the later one finds its password wrong', async () => {
  const account = await users.signUp('undecided');
  const [change, deletion] = await Promise.all([
    users.call(
      `mutation { changePassword(input: { currentPassword: "${password}", newPassword: "a second thought" }) { userErrors { code } } }`,
      {},
      account.viewer,
    ),
    deleteAccount(account),
  ]);
  const changed = change.body.data.changePassword?.userErrors.length === 0;
  const deleted = deletion.userErrors.length === 0;
  assert.notEqual(changed, deleted);
});
