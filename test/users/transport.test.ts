import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signatureWindowMs, signCall } from '../../platform/signed-call.ts';
import { startUsers, type TestAccount, type TestUsers } from './users-subgraph.ts';

let users: TestUsers;
let alice: TestAccount;

before(async () => {
  users = await startUsers();
  alice = await users.signUp('alice');
});
after(() => users.stop());

const body = JSON.stringify({ query: '{ me { email } }' });

async function post(headers: Record<string, string>, sent = body) {
  const response = await fetch(users.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: sent,
  });
  return { status: response.status, answer: await response.json() };
}

const signed = (options: { secret?: string; audience?: string; now?: number; body?: string } = {}) =>
  signCall({
    secrets: [options.secret ?? users.secret],
    audience: options.audience ?? 'users',
    viewer: alice.viewer,
    body: options.body ?? body,
    now: options.now ?? Date.now(),
  });

test('a call signed by the gateway is answered on behalf of its viewer', async () => {
  const { status, answer } = await post(signed());
  assert.equal(status, 200);
  assert.deepEqual((answer as { data: unknown }).data, { me: { email: 'alice@example.com' } });
});

const forgeries: Record<string, () => Promise<{ status: number; answer: unknown }>> = {
  'without a signature': () => post({}),
  'with a viewer but no signature': () => post({ 'x-viewer': signed()['x-viewer'] ?? '' }),
  'with a signature that is nonsense': () => post({ 'x-signature': 'v1;1;nonsense' }),
  'signed with another secret': () => post(signed({ secret: 'x'.repeat(32) })),
  'signed for another subgraph': () => post(signed({ audience: 'posts' })),
  'signed too long ago': () => post(signed({ now: Date.now() - signatureWindowMs - 1_000 })),
  'signed too far in the future': () => post(signed({ now: Date.now() + signatureWindowMs + 5_000 })),
  'with another body than was signed': () => post(signed({ body: '{}' })),
  'on behalf of another viewer than was signed': () => {
    const other = Buffer.from(JSON.stringify({ subject: 'somebody' })).toString('base64url');
    return post({ ...signed(), 'x-viewer': other });
  },
};

for (const [how, send] of Object.entries(forgeries))
  test(`a call ${how} gets 401 and nothing else`, async () => {
    const { status, answer } = await send();
    assert.equal(status, 401);
    assert.deepEqual(Object.keys(answer as object), ['errors']);
    assert.equal(
      (answer as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code,
      'UNSIGNED_CALL',
    );
  });

test('a GET with a query is not served', async () => {
  const response = await fetch(`${users.url}?query={__typename}`);
  assert.equal(response.status, 404);
});

test('the public keys are served to anybody, may be kept for 5 minutes, and hold nothing private', async () => {
  const response = await fetch(new URL('/.well-known/jwks.json', users.url));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('cache-control'), 'public, max-age=300');
  const { keys } = (await response.json()) as { keys: Record<string, string>[] };
  assert.deepEqual(
    keys.map((key) => Object.keys(key).sort()),
    [['alg', 'crv', 'kid', 'kty', 'use', 'x']],
  );
});
