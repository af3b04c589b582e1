import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { password, startUsers, type TestAccount, type TestUsers } from './users-subgraph.ts';

/**
 * What was true when a mutation looked and is not when it writes. Each test changes the account in a transaction of its
 * own, starts the mutation, waits until PostgreSQL says that it waits for that transaction, and commits.
 */
let users: TestUsers;

before(async () => {
  users = await startUsers();
});
after(() => users.stop());

async function duringChange<Result>(change: string, mutation: () => Promise<Result>): Promise<Result> {
  return withClient(users.database.url, async (other) => {
    await other.query('BEGIN');
    await other.query(change);
    const result = mutation();
    await until('a wait for the change', async () => {
      const waiting = await users.sql(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0 || undefined;
    });
    await other.query('COMMIT');
    return result;
  });
}

const erase = ({ uuid }: TestAccount) =>
  `UPDATE users SET deleted_at = now(), name = '', email = NULL, password_hash = NULL WHERE id = '${uuid}'`;
const changePassword = ({ uuid }: TestAccount) =>
  `UPDATE users SET password_hash = 'another' WHERE id = '${uuid}'`;

/** The codes of the user errors of one mutation, which has the alias `m`. */
async function codes(mutation: string, account?: TestAccount): Promise<string[]> {
  const { body } = await users.call(
    `mutation { m: ${mutation} { userErrors { code } } }`,
    {},
    account?.viewer,
  );
  return body.errors
    ? body.errors.map(({ extensions }) => String(extensions?.code))
    : body.data.m.userErrors.map(({ code }: { code: string }) => code);
}

test('an account that is being deleted gets no new follower', async () => {
  const [fan, star] = [await users.signUp('fan'), await users.signUp('star')];
  const follow = () => codes(`followUser(input: { userId: "${star.id}" })`, fan);
  assert.deepEqual(await duringChange(erase(star), follow), ['NOT_FOUND']);
  assert.deepEqual(await users.sql('SELECT FROM follows'), []);
});

test('an account that is being deleted follows nobody any more', async () => {
  const [leaver, host] = [await users.signUp('leaver'), await users.signUp('host')];
  const follow = () => codes(`followUser(input: { userId: "${host.id}" })`, leaver);
  assert.deepEqual(await duringChange(erase(leaver), follow), ['UNAUTHENTICATED']);
  assert.deepEqual(await users.sql('SELECT FROM follows'), []);
});

for (const [what, change] of Object.entries({ deleted: erase, 'given another password': changePassword }))
  test(`nobody logs in with the former password of an account that is being ${what}`, async () => {
    const account = await users.signUp(`login_${change.name.toLowerCase()}`);
    const logIn = () => codes(`logIn(input: { login: "${account.username}", password: "${password}" })`);
    assert.deepEqual(await duringChange(change(account), logIn), ['WRONG_CREDENTIALS']);
    const sessions = await users.sql('SELECT id FROM sessions WHERE user_id = $1', [account.uuid]);
    assert.deepEqual(sessions, [{ id: account.viewer.sessionId }]);
  });

test('a password that has just been replaced neither deletes the account nor replaces it again', async () => {
  const account = await users.signUp('replaced');
  const deleteAccount = `deleteAccount(input: { password: "${password}" })`;
  const replace = `changePassword(input: { currentPassword: "${password}", newPassword: "one of my choice" })`;
  const [before] = await users.sql<{ hash: string }>(
    'SELECT password_hash AS hash FROM users WHERE id = $1',
    [account.uuid],
  );
  for (const mutation of [deleteAccount, replace]) {
    const attempt = () => codes(mutation, account);
    assert.deepEqual(await duringChange(changePassword(account), attempt), ['WRONG_CREDENTIALS']);
    const [row] = await users.sql('SELECT password_hash, deleted_at FROM users WHERE id = $1', [
      account.uuid,
    ]);
    assert.deepEqual(row, { password_hash: 'another', deleted_at: null });
    await users.sql('UPDATE users SET password_hash = $1 WHERE id = $2', [before?.hash, account.uuid]);
  }
});

test('a sign-in that is being ended is not refreshed', async () => {
  const account = await users.signUp('refresher');
  const end = `UPDATE sessions SET revoked_at = now() WHERE id = '${account.viewer.sessionId}'`;
  const refresh = () => codes(`refreshSession(input: { refreshToken: "${account.refreshToken}" })`);
  assert.deepEqual(await duringChange(end, refresh), ['WRONG_CREDENTIALS']);
});

test('of those who sign up with a username that is being taken, none gets it', async () => {
  const take = `INSERT INTO users (id, username, name, email, password_hash)
    VALUES (gen_random_uuid(), 'wanted', 'Wanted', 'wanted@example.com', 'none')`;
  const input = `{ username: "wanted", email: "other@example.com", password: "${password}" }`;
  assert.deepEqual(await duringChange(take, () => codes(`signUp(input: ${input})`)), ['TAKEN']);
});
