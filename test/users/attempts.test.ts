import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/poll.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';
import { startSupergraph } from '../support/supergraph.ts';
import { password, startUsers, type TestUsers } from './users-subgraph.ts';

/** Guesses are counted one by one, however they come. */

const guess = 'not the right password';
const here = '203.0.113.7';

/** What became of each log-in of one request, in its order: the codes of user errors, or ok. */
async function logIns(
  users: Pick<TestUsers, 'call'>,
  attempts: readonly { login: string; password: string }[],
  address?: string,
): Promise<string[]> {
  const fields = attempts.map(
    (input, index) =>
      `a${index}: logIn(input: { login: ${JSON.stringify(input.login)}, password: ${JSON.stringify(input.password)} }) { userErrors { code message } }`,
  );
  const { body } = await users.call(`mutation { ${fields.join(' ')} }`, {}, null, address);
  assert.equal(body.errors, undefined);
  return attempts.map((_, index) => body.data[`a${index}`].userErrors[0]?.code ?? 'ok');
}

const guesses = (login: string, count: number) =>
  Array.from({ length: count }, () => ({ login, password: guess }));
const right = (login: string) => [{ login, password }];
const wrong = 'WRONG_CREDENTIALS';
const tooMany = 'TOO_MANY_ATTEMPTS';

test('fifty guesses in one request are cut after the tenth, and other accounts are unharmed', async () => {
  const users = await startUsers({ env: { SIGN_IN_ATTEMPTS: '10' } });
  try {
    await users.signUp('alice');
    await users.signUp('bob');
    const outcomes = await logIns(users, guesses('alice', 50), here);
    assert.deepEqual(outcomes, [...Array(10).fill(wrong), ...Array(40).fill(tooMany)]);
    // Not even the right one, or guessing would go on.
    assert.deepEqual(await logIns(users, right(' ALICE '), here), [tooMany]);
    assert.deepEqual(await logIns(users, right('bob'), here), ['ok']);
    // The owner is elsewhere.
    assert.deepEqual(await logIns(users, right('alice'), '198.51.100.1'), ['ok']);
    // An account that nobody has is counted like any other.
    assert.deepEqual(await logIns(users, guesses('nobody', 12), here), [
      ...Array(10).fill(wrong),
      ...Array(2).fill(tooMany),
    ]);
  } finally {
    await users.stop();
  }
});

test('after the window the right password works', async () => {
  const users = await startUsers({ env: { SIGN_IN_ATTEMPTS: '2', SIGN_IN_WINDOW_S: '5' } });
  try {
    await users.signUp('alice');
    assert.deepEqual((await logIns(users, guesses('alice', 3), here)).at(-1), tooMany);
    await until('the next window', async () =>
      (await logIns(users, right('alice'), here))[0] === 'ok' ? true : undefined,
    );
  } finally {
    await users.stop();
  }
});

test('a right password takes back what its address has tried on the account', async () => {
  const users = await startUsers({ env: { SIGN_IN_ATTEMPTS: '3' } });
  try {
    await users.signUp('alice');
    for (let round = 0; round < 5; round += 1)
      assert.deepEqual(await logIns(users, [...guesses('alice', 2), ...right('alice')], here), [
        wrong,
        wrong,
        'ok',
      ]);
  } finally {
    await users.stop();
  }
});

test('many addresses are no way around, nor many accounts, nor the addresses of one IPv6 network', async () => {
  const users = await startUsers({ env: { SIGN_IN_ATTEMPTS: '2' } });
  try {
    const outcomes: string[] = [];
    for (let host = 0; host < 21; host += 1)
      outcomes.push(...(await logIns(users, guesses('alice', 1), `198.51.100.${host}`)));
    assert.deepEqual(outcomes, [...Array(20).fill(wrong), tooMany]);

    const sprayed = Array.from({ length: 21 }, (_, count) => ({ login: `user${count}`, password: guess }));
    assert.deepEqual(await logIns(users, sprayed, here), [...Array(20).fill(wrong), tooMany]);

    const network = [];
    for (const host of [1, 2, 3])
      network.push(...(await logIns(users, guesses('carol', 1), `2001:db8::${host}`)));
    assert.deepEqual(network, [wrong, wrong, tooMany]);
  } finally {
    await users.stop();
  }
});

test('sign-ups are counted by e-mail address and by address', async () => {
  const users = await startUsers({ env: { SIGN_IN_ATTEMPTS: '2' } });
  const signUp = async (name: string, email: string) => {
    const { body } = await users.call(
      'mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { code } } }',
      { input: { username: name, email, password } },
      null,
      here,
    );
    return body.data.signUp.userErrors[0]?.code ?? 'ok';
  };
  try {
    await users.signUp('alice');
    const taken = [];
    for (let count = 0; count < 2; count += 1) taken.push(await signUp(`other${count}`, 'alice@example.com'));
    assert.deepEqual(taken, ['TAKEN', tooMany]);
    const many = [];
    for (let count = 0; count < 20; count += 1)
      many.push(await signUp(`new${count}`, `new${count}@example.com`));
    assert.deepEqual(many, [...Array(19).fill('ok'), tooMany]);
  } finally {
    await users.stop();
  }
});

test('the current password cannot be guessed with somebody’s token either', async () => {
  const users = await startUsers({ env: { SIGN_IN_ATTEMPTS: '3' } });
  try {
    const alice = await users.signUp('alice');
    const { body } = await users.call(
      `mutation {
        ${[0, 1, 2, 3].map((count) => `a${count}: changePassword(input: { currentPassword: "${guess}", newPassword: "another password" }) { userErrors { code } }`).join(' ')}
        deleteAccount(input: { password: "${password}" }) { userErrors { code } }
      }`,
      {},
      alice.viewer,
    );
    const codes = Object.values<{ userErrors: { code: string }[] }>(body.data).map(
      ({ userErrors }) => userErrors[0]?.code,
    );
    assert.deepEqual(codes, [wrong, wrong, wrong, tooMany, tooMany]);
  } finally {
    await users.stop();
  }
});

test('replicas that share a Redis count together, and each by itself when it goes away', {
  skip: withoutRedis,
}, async () => {
  const redis = await freshRedis();
  const env = { SIGN_IN_ATTEMPTS: '2', REDIS_URL: redis.url };
  const first = await startUsers({ env });
  const second = await startUsers({ env });
  try {
    assert.deepEqual(await logIns(first, guesses('alice', 2), here), [wrong, wrong]);
    assert.deepEqual(await logIns(second, guesses('alice', 1), here), [tooMany]);
    await redis[Symbol.asyncDispose]();
    assert.deepEqual(await logIns(first, guesses('alice', 3), here), [wrong, wrong, tooMany]);
  } finally {
    await first.stop();
    await second.stop();
  }
});

test('through the gateway the address is the client’s, and not the gateway’s', async () => {
  await using supergraph = await startSupergraph({ TRUSTED_PROXIES: 'loopback' }, undefined, {
    SIGN_IN_ATTEMPTS: '2',
  });
  const logIn = async (address: string) => {
    const response = await fetch(supergraph.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': address,
        'x-client-address': '192.0.2.1',
      },
      body: JSON.stringify({
        query: `mutation { logIn(input: { login: "alice", password: "${guess}" }) { userErrors { code } } }`,
      }),
    });
    const { data } = (await response.json()) as { data: { logIn: { userErrors: { code: string }[] } } };
    return data.logIn.userErrors[0]?.code;
  };
  const outcomes = [];
  for (let count = 0; count < 3; count += 1) outcomes.push(await logIn(here));
  outcomes.push(await logIn('198.51.100.1'));
  assert.deepEqual(outcomes, [wrong, wrong, tooMany, wrong]);
});
