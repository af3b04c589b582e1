import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { password, startUsers, type TestAccount, type TestUsers, userId } from './users-subgraph.ts';

let users: TestUsers;
let alice: TestAccount;

before(async () => {
  users = await startUsers();
  alice = await users.signUp('alice');
});
after(() => users.stop());

async function signUp(input: Record<string, unknown>) {
  const { body } = await users.call(
    `mutation ($input: SignUpInput!) {
      signUp(input: $input) {
        user { username name } session { accessToken } userErrors { code message field }
      }
    }`,
    { input: { username: 'newcomer', email: 'newcomer@example.com', password, ...input } },
  );
  return body.data.signUp;
}

async function logIn(login: string, given = password) {
  const { body } = await users.call(
    `mutation ($input: LogInInput!) {
      logIn(input: $input) { user { id } session { accessToken } userErrors { code message field } }
    }`,
    { input: { login, password: given } },
  );
  return body;
}

test('a sign-up gives an account and tokens that verify against the published keys', async () => {
  const keySet = createRemoteJWKSet(new URL('/.well-known/jwks.json', users.url));
  const { payload } = await jwtVerify(alice.accessToken, keySet, {
    issuer: 'http://localhost:4001',
    audience: 'supergraph',
    typ: 'at+jwt',
  });
  assert.equal(userId(String(payload.sub)), alice.id);
  const sessions = await users.sql('SELECT id, user_id FROM sessions WHERE id = $1', [payload.sid]);
  assert.deepEqual(sessions, [{ id: payload.sid, user_id: payload.sub }]);
});

test('a name is trimmed, and is the username when left out', async () => {
  const named = await signUp({ username: 'named', email: 'named@example.com', name: '  Ann Other ' });
  assert.equal(named.user.name, 'Ann Other');
  const unnamed = await signUp({ username: 'unnamed', email: 'unnamed@example.com', name: null });
  assert.equal(unnamed.user.name, 'unnamed');
});

test('every fault of a sign-up is reported at once, at its field', async () => {
  const { user, session, userErrors } = await signUp({
    username: 'No Spaces',
    email: 'nowhere',
    password: 'short',
    name: ' ',
  });
  assert.deepEqual([user, session], [null, null]);
  assert.deepEqual(
    userErrors.map(({ code, field }: { code: string; field: string[] }) => [code, ...field]),
    ['username', 'email', 'password', 'name'].map((field) => ['INVALID', 'input', field]),
  );
});

const invalid: [field: string, values: string[]][] = [
  ['username', ['', 'ab', 'a'.repeat(31), 'Alice', 'a-b', 'älice', 'ali\0ce', ' alice']],
  ['email', ['', '@', 'a@b', 'a b@c.d', 'a@@b.c', 'ä@b.cd', 'a@b.c\0', `${'a'.repeat(250)}@b.cd`]],
  ['password', ['', 'a'.repeat(11), 'a'.repeat(129), '🙂'.repeat(11), `${'a'.repeat(12)}\0`]],
  ['name', ['', 'a'.repeat(81), 'a\0b']],
];
for (const [field, values] of invalid)
  test(`values that break the rule of ${field} are INVALID, never a fault`, async () => {
    for (const value of values) {
      const { userErrors } = await signUp({ [field]: value });
      assert.deepEqual(
        userErrors.map((error: { code: string; field: string[] }) => [error.code, error.field]),
        [['INVALID', ['input', field]]],
        JSON.stringify(value),
      );
    }
  });

test('a password of 128 characters may be signs that take more than one code unit', async () => {
  const long = '🙂'.repeat(128);
  const { userErrors } = await signUp({ username: 'smiling', email: 'smiling@example.com', password: long });
  assert.deepEqual(userErrors, []);
  assert.deepEqual((await logIn('smiling', long)).data.logIn.userErrors, []);
});

test('a taken username or e-mail address is TAKEN at its field', async () => {
  const taken = async (input: Record<string, string>) =>
    (await signUp(input)).userErrors.map((error: { code: string; field: string[] }) => [
      error.code,
      error.field,
    ]);
  assert.deepEqual(await taken({ username: 'alice' }), [['TAKEN', ['input', 'username']]]);
  assert.deepEqual(await taken({ email: ' ALICE@Example.com' }), [['TAKEN', ['input', 'email']]]);
});

test('of many who sign up with one username at the same moment, one gets it and the others are told', async () => {
  const results = await Promise.all(
    Array.from({ length: 6 }, (_, n) => signUp({ username: 'popular', email: `popular${n}@example.com` })),
  );
  const codes = results.map(({ userErrors }) => userErrors[0]?.code ?? 'signed up').sort();
  assert.deepEqual(codes, ['TAKEN', 'TAKEN', 'TAKEN', 'TAKEN', 'TAKEN', 'signed up']);
});

test('one logs in by username or e-mail address, in any case', async () => {
  for (const login of ['alice', 'Alice', 'alice@example.com', ' Alice@EXAMPLE.com '])
    assert.equal((await logIn(login)).data.logIn.user?.id, alice.id, login);
});

test('a wrong password, an unknown account and a deleted one get one and the same answer', async () => {
  const gone = await users.signUp('gone');
  await users.call(
    `mutation ($password: String!) { deleteAccount(input: { password: $password }) { deletedUserId } }`,
    { password },
    gone.viewer,
  );
  const wrong = await logIn('alice', 'not the right password');
  assert.deepEqual(
    wrong.data.logIn.userErrors.map(({ code, field }: { code: string; field: unknown }) => [code, field]),
    [['WRONG_CREDENTIALS', null]],
  );
  const others = [
    'nobody',
    'nobody@example.com',
    gone.username,
    gone.email,
    '',
    'ali\0ce',
    'x'.repeat(100_000),
  ];
  for (const login of others) assert.deepEqual(await logIn(login), wrong, login.slice(0, 30));
  assert.deepEqual(await logIn('alice', ''), wrong);
});

test('neither passwords nor refresh tokens are kept as they are', async () => {
  const [row] = await users.sql<{ text: string }>(
    `SELECT (SELECT string_agg(users::text, '') FROM users)
         || (SELECT string_agg(encode(token_hash, 'escape'), '') FROM refresh_tokens) AS text`,
  );
  assert.ok(row);
  assert.ok(!row.text.includes(password));
  assert.ok(!row.text.includes(alice.refreshToken));
});
