import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createViewerVerifier } from '../../gateway/viewer/bearer-token.ts';
import { startIssuer } from './support/issuer.ts';
import { startShop } from './support/shop.ts';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('the verified viewer reaches the subgraphs', async () => {
  await using issuer = await startIssuer();
  await using shop = await startShop({ env: issuer.env });
  const answer = await shop.gateway.query('{ viewer }', undefined, bearer(await issuer.token()));
  assert.deepEqual(answer, { data: { viewer: 'ada' } });
  assert.deepEqual(shop.products.calls[0]?.viewer, { subject: 'ada', sessionId: 'session-1' });
});

test('without a token there is no viewer, and nobody asks for keys', async () => {
  await using issuer = await startIssuer();
  await using shop = await startShop({ env: issuer.env });
  assert.deepEqual(await shop.gateway.query('{ viewer }'), { data: { viewer: null } });
  assert.equal(issuer.asked(), 0);
});

test('what a client says of a viewer itself is not passed on', async () => {
  await using shop = await startShop();
  const forged = Buffer.from(JSON.stringify({ subject: 'ada' })).toString('base64url');
  assert.deepEqual(await shop.gateway.query('{ viewer }', undefined, { 'x-viewer': forged }), {
    data: { viewer: null },
  });
});

test('subgraphs get headers of the gateway’s own, and none that a client sent', async () => {
  await using shop = await startShop({ env: { TRUSTED_PROXIES: 'loopback' } });
  const forged = Buffer.from(JSON.stringify({ subject: 'eve' })).toString('base64url');
  const headers = {
    'x-viewer': forged,
    'X-Viewer': forged,
    'x-signature': 'v2;1;an-old-nonce-of-theirs;AAAA',
    'x-client-address': '198.51.100.9',
    'x-deadline-ms': '999999999',
    'x-envelope': '1',
    'x-request-id': 'a request of mine',
    traceparent: '00-not-a-trace-00',
    tracestate: 'theirs=1',
    'x-forwarded-for': '203.0.113.7',
    'x-cache-position': 'made up',
    cookie: 'session=theirs',
    'apollo-require-preflight': 'true',
    'x-made-up': 'anything',
  };
  const ownNames = ['accept', 'connection', 'content-length', 'content-type', 'host'];
  const call = async (query: string) => {
    assert.equal((await shop.gateway.send({ query }, headers)).status, 200);
    const recorded = shop.products.calls.at(-1);
    assert(recorded !== undefined);
    assert.equal(recorded.viewer, null);
    assert.match(recorded.headers['x-request-id'] as string, /^[0-9a-f]+-\d+$/);
    assert(Number(recorded.headers['x-deadline-ms']) <= 10_000);
    return recorded.headers;
  };
  const internalNames = ['traceparent', 'x-deadline-ms', 'x-request-id', 'x-signature'];
  const ofQuery = await call('{ viewer }');
  assert.deepEqual(Object.keys(ofQuery).sort(), [...ownNames, ...internalNames].sort());
  const ofMutation = await call('mutation { rename(id: 1, name: "a") { id } }');
  assert.deepEqual(
    Object.keys(ofMutation).sort(),
    [...ownNames, ...internalNames, 'x-client-address'].sort(),
  );
  assert.equal(ofMutation['x-client-address'], '203.0.113.7');
  assert.equal(shop.products.unsigned(), 0);
});

test('when the keys cannot be had, requests with a token are told to come back, and others are answered', async () => {
  const issuer = await startIssuer();
  const token = await issuer.token();
  await issuer[Symbol.asyncDispose]();
  await using shop = await startShop({ env: issuer.env });

  const response = await shop.gateway.send({ query: '{ viewer }' }, bearer(token));
  assert.equal(response.status, 503);
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  assert.equal(errors[0]?.extensions.code, 'OVERLOADED');

  assert.deepEqual(await shop.gateway.query('{ viewer }'), { data: { viewer: null } });
});

test('a token that was verified is believed no longer than it lasts', async (t) => {
  await using issuer = await startIssuer();
  const verify = createViewerVerifier({
    jwksUrl: issuer.env.JWKS_URL ?? '',
    issuer: issuer.env.JWT_ISSUER ?? '',
    audience: issuer.env.JWT_AUDIENCE ?? '',
  });
  const now = Math.floor(Date.now() / 1_000);
  const { authorization } = bearer(await issuer.token({ exp: now + 30 }));
  assert.equal((await verify(authorization))?.subject, 'ada');
  t.mock.timers.enable({ apis: ['Date'], now: (now + 34) * 1_000 });
  assert.equal((await verify(authorization))?.subject, 'ada');
  t.mock.timers.setTime((now + 36) * 1_000);
  await assert.rejects(verify(authorization), { code: 'UNAUTHENTICATED' });
});
