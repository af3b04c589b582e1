import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Viewer } from '../../platform/viewer.ts';
import { password, startUsers, type TestUsers } from './users-subgraph.ts';

const day = 24 * 60 * 60 * 1_000;

let users: TestUsers;
/** How far the service's clock is ahead. */
let ahead = 0;

before(async () => {
  users = await startUsers({ now: () => new Date(Date.now() + ahead) });
});
after(() => users.stop());

async function refresh(refreshToken: string) {
  const { body } = await users.call(
    `mutation ($token: String!) {
      refreshSession(input: { refreshToken: $token }) {
        session { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt }
        userErrors { code message field }
      }
    }`,
    { token: refreshToken },
  );
  return body.data.refreshSession;
}

async function logOut(viewer: Viewer) {
  const { body } = await users.call('mutation { logOut { loggedOut userErrors { code } } }', {}, viewer);
  return body.data.logOut;
}

/** The next refresh token of a sign-in that must go on. */
async function refreshed(refreshToken: string): Promise<string> {
  const { session, userErrors } = await refresh(refreshToken);
  assert.deepEqual(userErrors, []);
  return session.refreshToken;
}

const refused = {
  session: null,
  userErrors: [
    {
      code: 'WRONG_CREDENTIALS',
      message: 'The refresh token is not right, or no longer.',
      field: ['input', 'refreshToken'],
    },
  ],
};

test('a refresh token is traded for new tokens of the same sign-in', async () => {
  const account = await users.signUp('trader');
  const started = Date.now();
  const { session } = await refresh(account.refreshToken);
  assert.notEqual(session.refreshToken, account.refreshToken);
  const minutes = (Date.parse(session.accessTokenExpiresAt) - started) / 60_000;
  const days = (Date.parse(session.refreshTokenExpiresAt) - started) / day;
  assert.ok(minutes > 14.9 && minutes < 15.5, `access token for ${minutes} minutes`);
  assert.ok(days >= 30 && days < 30.01, `refresh token for ${days} days`);
  const sessions = await users.sql('SELECT id FROM sessions WHERE user_id = $1', [account.uuid]);
  assert.deepEqual(sessions, [{ id: account.viewer.sessionId }]);
});

test('a refresh token that comes a second time ends the sign-in, for whoever holds it', async () => {
  const account = await users.signUp('copied');
  const other = await users.logIn(account);
  const next = await refreshed(account.refreshToken);
  assert.deepEqual(await refresh(account.refreshToken), refused);
  assert.deepEqual(await refresh(next), refused);
  assert.deepEqual(await logOut(account.viewer), { loggedOut: false, userErrors: [] });
  await refreshed(other.refreshToken);
});

test('of many who present one refresh token at the same moment, exactly one gets a session', async () => {
  for (const round of [1, 2, 3, 4, 5]) {
    const { refreshToken } = await users.signUp(`racer${round}`);
    const results = await Promise.all(Array.from({ length: 8 }, () => refresh(refreshToken)));
    assert.equal(results.filter(({ session }) => session !== null).length, 1);
    for (const result of results.filter(({ session }) => session === null)) assert.deepEqual(result, refused);
  }
});

test('a token that never was and one that ran out get the answer of one that was used', async () => {
  for (const token of ['', 'nonsense', '\0', 'A'.repeat(43), 'x'.repeat(100_000)])
    assert.deepEqual(await refresh(token), refused, token.slice(0, 50));

  const account = await users.signUp('idle');
  const other = await users.signUp('lively');
  ahead = 29 * day;
  const next = await refreshed(other.refreshToken);
  ahead = 30 * day + 1_000;
  assert.deepEqual(await refresh(account.refreshToken), refused);
  assert.deepEqual(await logOut(account.viewer), { loggedOut: false, userErrors: [] });
  await refreshed(next);
  ahead = 0;
});

test('sign-ins and tokens that ran out are cleared away by later ones', async () => {
  const account = await users.signUp('tidy');
  ahead = 20 * day;
  const next = await refreshed(account.refreshToken);
  ahead = 40 * day;
  await refreshed(next);
  const tokens = await users.sql(
    `SELECT used_at IS NULL AS usable FROM refresh_tokens JOIN sessions ON sessions.id = session_id
     WHERE user_id = $1 ORDER BY refresh_tokens.id`,
    [account.uuid],
  );
  assert.deepEqual(tokens, [{ usable: false }, { usable: true }]);
  ahead = 80 * day;
  const { viewer } = await users.logIn(account);
  const sessions = await users.sql('SELECT id FROM sessions WHERE user_id = $1', [account.uuid]);
  assert.deepEqual(sessions, [{ id: viewer.sessionId }]);
  ahead = 0;
});

test('logging out ends this sign-in and no other', async () => {
  const account = await users.signUp('leaver');
  const other = await users.logIn(account);
  assert.deepEqual(await logOut(account.viewer), { loggedOut: true, userErrors: [] });
  assert.deepEqual(await logOut(account.viewer), { loggedOut: false, userErrors: [] });
  assert.deepEqual(await refresh(account.refreshToken), refused);
  await refreshed(other.refreshToken);
});

test('a token that names no session, or none of ours, logs nobody out', async () => {
  const account = await users.signUp('sidless');
  for (const viewer of [{ subject: account.uuid }, { subject: account.uuid, sessionId: 'not-a-uuid' }])
    assert.deepEqual(await logOut(viewer), { loggedOut: false, userErrors: [] });
  await refreshed(account.refreshToken);
});

test('a new password ends every other sign-in; the old one no longer opens any', async () => {
  const account = await users.signUp('careful');
  const other = await users.logIn(account);
  const change = await users.call(
    `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { user { id } userErrors { code } } }`,
    { input: { currentPassword: password, newPassword: 'another horse, another battery' } },
    account.viewer,
  );
  assert.deepEqual(change.body.data.changePassword, { user: { id: account.id }, userErrors: [] });
  assert.deepEqual(await refresh(other.refreshToken), refused);
  await refreshed(account.refreshToken);

  const logIn = `mutation ($input: LogInInput!) { logIn(input: $input) { userErrors { code } } }`;
  const attempt = async (given: string) =>
    (await users.call(logIn, { input: { login: 'careful', password: given } })).body.data.logIn.userErrors;
  assert.deepEqual(await attempt(password), [{ code: 'WRONG_CREDENTIALS' }]);
  assert.deepEqual(await attempt('another horse, another battery'), []);
});

test('times are right whatever the time zone of the database', async () => {
  const elsewhere = await startUsers({ timeZone: 'Asia/Tokyo' });
  try {
    const account = await elsewhere.signUp('traveller');
    const [row] = await elsewhere.sql<{ seconds: number }>(
      'SELECT abs(extract(epoch FROM now() - created_at))::int AS seconds FROM users WHERE id = $1',
      [account.uuid],
    );
    assert.ok(row && row.seconds < 600, `kept off by ${row?.seconds} s`);
    const { body } = await elsewhere.call('{ user(username: "traveller") { createdAt } }');
    const seconds = Math.abs(Date.now() - Date.parse(body.data.user.createdAt)) / 1_000;
    assert.ok(seconds < 600, `shown off by ${seconds} s`);
  } finally {
    await elsewhere.stop();
  }
});
