import assert from 'node:assert/strict';
import { createHmac, createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { CompactEncrypt, generateKeyPair } from 'jose';
import { type Issuer, startIssuer } from './support/issuer.ts';
import { type Shop, startShop } from './support/shop.ts';

/** RFC 8725, case by case: whatever is wrong with a token, it is refused before GraphQL runs. */

let issuer: Issuer;
let foreign: Issuer;
let shop: Shop;
/** Whoever a header of a token points to. */
let asked = 0;
const stranger = createServer((_request, response) => {
  asked += 1;
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [foreign.publicKey] }));
});

before(async () => {
  issuer = await startIssuer();
  foreign = await startIssuer();
  shop = await startShop({ env: issuer.env });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
});
after(async () => {
  stranger.close();
  await shop[Symbol.asyncDispose]();
  await foreign[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const now = Math.floor(Date.now() / 1_000);
const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const strangersUrl = () => `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/keys`;
const hour = 3_600;

/** The three parts of a token that is right. */
async function parts(): Promise<[header: string, payload: string, signature: string]> {
  const [header = '', payload = '', signature = ''] = (await issuer.token()).split('.');
  return [header, payload, signature];
}

async function withHeader(header: unknown): Promise<string> {
  const [, payload, signature] = await parts();
  return `${encode(header)}.${payload}.${signature}`;
}

async function withPayload(payload: unknown): Promise<string> {
  const [header, , signature] = await parts();
  return `${header}.${encode(payload)}.${signature}`;
}

async function hmacWith(key: string | Buffer, alg = 'HS256'): Promise<string> {
  const signed = `${encode({ alg, typ: 'at+jwt', kid: 'key-1' })}.${(await parts())[1]}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

const usualClaims = () => ({
  iss: issuer.env.JWT_ISSUER,
  aud: issuer.env.JWT_AUDIENCE,
  sub: 'eve',
  iat: now,
  exp: now + hour,
});
const unsigned = (alg: string) =>
  withHeader({ alg, typ: 'at+jwt' }).then((token) => token.replace(/[^.]*$/, ''));
/** A text of a claim that is not JSON.stringify's to write. */
const withClaim = (name: string, json: string) =>
  issuer.signed(JSON.stringify({ ...usualClaims(), [name]: '?' }).replace('"?"', json));

const forged: Record<string, () => Promise<string> | string> = {
  // Algorithms.
  'alg none, without a signature': () => unsigned('none'),
  'alg None': () => unsigned('None'),
  'alg NONE, with the signature of another token': () => withHeader({ alg: 'NONE', typ: 'at+jwt' }),
  'alg none, with the signature of another token': () => withHeader({ alg: 'none', typ: 'at+jwt' }),
  'alg HS256 with the public key as the secret': () => hmacWith(issuer.publicKey.x ?? ''),
  'alg HS256 with the bytes of the public key': () =>
    hmacWith(Buffer.from(issuer.publicKey.x ?? '', 'base64url')),
  'alg HS256 with the public key as PEM': () =>
    hmacWith(
      createPublicKey({ key: issuer.publicKey as never, format: 'jwk' })
        .export({ type: 'spki', format: 'pem' })
        .toString(),
    ),
  'alg HS512': () => hmacWith('key', 'HS512'),
  'alg RS256': () => withHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'key-1' }),
  'alg ES256, with a signature of zeros': async () =>
    `${encode({ alg: 'ES256', typ: 'at+jwt' })}.${(await parts())[1]}.${'A'.repeat(86)}`,
  'no alg': () => withHeader({ typ: 'at+jwt', kid: 'key-1' }),
  'alg that is a list': () => withHeader({ alg: ['EdDSA'], typ: 'at+jwt', kid: 'key-1' }),

  // Keys.
  'a key of another issuer under the same id': () => foreign.token({ iss: issuer.env.JWT_ISSUER }),
  'an unknown key': () => issuer.token({}, { kid: 'key-2' }),
  'a key id that is a path': () => issuer.token({}, { kid: '../../../../dev/null' }),
  'a key id that is SQL': () => issuer.token({}, { kid: "x' UNION SELECT 'key" }),
  'a key id with an embedded NUL': () => issuer.token({}, { kid: 'key-1\0' }),
  'a key id that is an object': () => withHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: { toString: 'key-1' } }),
  'a key id of a prototype': () => issuer.token({}, { kid: '__proto__' }),
  'a key of its own in jwk': () => foreign.token(usualClaims(), { kid: 'other', jwk: foreign.publicKey }),
  'a key of its own in jwk under a known id': () => foreign.token(usualClaims(), { jwk: foreign.publicKey }),
  'an address of keys in jku': () => foreign.token(usualClaims(), { jku: strangersUrl() }),
  'an address of certificates in x5u': () => foreign.token(usualClaims(), { x5u: strangersUrl() }),
  'a certificate of its own in x5c': () => foreign.token(usualClaims(), { x5c: ['MIIB'] }),

  // Headers.
  'an ID token (typ JWT)': () => issuer.token({}, { typ: 'JWT' }),
  'no typ': () => issuer.signed(JSON.stringify(usualClaims()), { typ: undefined as never }),
  'typ of a logout token': () => issuer.token({}, { typ: 'logout+jwt' }),
  'crit with an unknown extension': () =>
    withHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1', crit: ['exp'], exp: 1 }),
  'crit that is empty': () => withHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1', crit: [] }),
  'a payload that is not encoded (b64)': () =>
    withHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1', crit: ['b64'], b64: false }),
  'a header that is no JSON': () => withHeader('{"alg":"EdDSA"'),
  'a header that is a list': () => withHeader([]),
  'a header that is null': () => withHeader('null'),

  // Whose, and for whom.
  'another issuer': () => issuer.token({ iss: 'https://elsewhere.test' }),
  'an issuer that begins like ours': () => issuer.token({ iss: `${issuer.env.JWT_ISSUER}.evil.test` }),
  'a list of issuers with ours in it': () => issuer.token({ iss: [issuer.env.JWT_ISSUER] }),
  'no issuer': () => issuer.token({ iss: undefined }),
  'another audience': () => issuer.token({ aud: 'another-api' }),
  'a list of other audiences': () => issuer.token({ aud: ['another-api', 'a-third'] }),
  'an empty list of audiences': () => issuer.token({ aud: [] }),
  'an audience in a list in a list': () => issuer.token({ aud: [[issuer.env.JWT_AUDIENCE]] }),
  'no audience': () => issuer.token({ aud: undefined }),
  'no subject': () => issuer.token({ sub: undefined }),
  'an empty subject': () => issuer.token({ sub: '' }),
  'a subject that is a list': () => issuer.token({ sub: ['ada'] }),
  'a subject that is an object': () => issuer.token({ sub: { id: 'ada' } }),
  'a subject that is a number': () => issuer.token({ sub: 7 }),
  'a subject that is null': () => issuer.token({ sub: null }),

  // When.
  'expired a minute ago': () => issuer.token({ exp: now - 60 }),
  'expired at 0': () => issuer.token({ exp: 0 }),
  'expired before 1970': () => issuer.token({ exp: -1 }),
  'no end': () => issuer.token({ exp: undefined }),
  'an end that is a text': () => issuer.token({ exp: String(now + hour) }),
  'an end that is null': () => issuer.token({ exp: null }),
  'an end that is a list': () => issuer.token({ exp: [now + hour] }),
  'an end that is no finite number': () => withClaim('exp', '1e400'),
  'not valid yet': () => issuer.token({ nbf: now + 600 }),
  'a beginning that is a text': () => issuer.token({ nbf: String(now) }),
  'issued in the future': () => issuer.token({ iat: now + 600 }),
  'no time of issue': () => issuer.token({ iat: undefined }),
  'a time of issue that is a text': () => issuer.token({ iat: String(now) }),
  'issued a day and more ago, with an end in the far future': () =>
    issuer.token({ iat: now - 25 * hour, exp: 2 ** 53 }),

  // Other payloads under a signature, and other signatures.
  'another payload': () => withPayload(usualClaims()),
  'a claim twice': () => withPayload(JSON.stringify(usualClaims()).replace('{', '{"sub":"ada",')),
  'a payload that is no JSON': () => issuer.signed('not json'),
  'a payload that is a list': () => issuer.signed('[]'),
  'a payload that is a text': () => issuer.signed('"eve"'),
  'a payload that is empty': () => issuer.signed(''),
  'a payload that is no UTF-8': async () => {
    const [header, , signature] = await parts();
    return `${header}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.${signature}`;
  },
  'a token in a token': async () => issuer.signed(await issuer.token(), { cty: 'JWT' }),
  'the signature of another token': async () => {
    const [header, payload] = await parts();
    return `${header}.${payload}.${(await issuer.token({ sub: 'bob' })).split('.')[2]}`;
  },
  'a signature of zeros': async () => `${(await parts()).slice(0, 2).join('.')}.${'A'.repeat(86)}`,
  'a signature with one bit changed': async () => {
    const [header, payload, signature] = await parts();
    return `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  },
  'a signature that is cut off': async () => (await issuer.token()).slice(0, -4),
  'no signature': async () => `${(await parts()).slice(0, 2).join('.')}.`,

  // Other forms.
  'two parts': async () => (await parts()).slice(0, 2).join('.'),
  'four parts': async () => `${await issuer.token()}.${encode('more')}`,
  'an empty part in front': async () => `.${await issuer.token()}`,
  'padding in base64': async () => `${await issuer.token()}==`,
  'the other alphabet of base64': async () => `${(await parts())[0]}.a+b/.${(await parts())[2]}`,
  'percent signs': async () => (await issuer.token()).replace('.', '%2e'),
  'a token that is encrypted': async () => {
    const { publicKey } = await generateKeyPair('ECDH-ES+A256KW');
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(usualClaims())))
      .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', typ: 'at+jwt' })
      .encrypt(publicKey);
  },
  'letters beyond ASCII': async () => `${await issuer.token()}\u00e9`,
  'an inner space': async () => (await issuer.token()).replace('.', '. '),
  'two tokens': async () => `${await issuer.token()}, ${await issuer.token()}`,
  'nothing but dots': () => '..',
  'ten thousand letters': () => 'a'.repeat(10_000),
  'ten thousand dots': () => '.'.repeat(10_000),
};

async function assertRefused(authorization: string, name: string): Promise<void> {
  const response = await shop.gateway.send({ query: '{ viewer }' }, { authorization });
  assert.equal(response.status, 401, name);
  assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer/, name);
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/, name);
  assert.deepEqual(
    await response.json(),
    { errors: [{ message: 'The bearer token is not valid.', extensions: { code: 'UNAUTHENTICATED' } }] },
    name,
  );
}

test('a token that is right in every respect is accepted, so that the others are refused for their one fault', async () => {
  const right: Record<string, Promise<string>> = {
    usual: issuer.token(),
    'with one of several audiences': issuer.token({ aud: ['another-api', issuer.env.JWT_AUDIENCE] }),
    'with a time before which it is not valid': issuer.token({ nbf: now - 10 }),
    'with a clock that is a little ahead': issuer.token({ iat: now + 3, nbf: now + 3 }),
    'of the usual claims': issuer.signed(JSON.stringify(usualClaims())),
  };
  for (const [name, token] of Object.entries(right)) {
    const headers = { authorization: `Bearer ${await token}` };
    const { data } = await shop.gateway.query('{ viewer }', undefined, headers);
    assert.match(String(data?.viewer), /^(ada|eve)$/, name);
  }
});

test(`${Object.keys(forged).length} kinds of forged tokens are refused before GraphQL runs`, async () => {
  assert(Object.keys(forged).length >= 40);
  const calls = shop.products.calls.length;
  for (const [name, make] of Object.entries(forged)) await assertRefused(`Bearer ${await make()}`, name);
  assert.equal(shop.products.calls.length, calls);
  assert.equal(asked, 0, 'no address in a token is asked');
});

test('what is no bearer token is refused, too', async () => {
  const token = await issuer.token();
  for (const authorization of [
    'Bearer',
    'Bearer x',
    'Basic YTpi',
    token,
    `Token ${token}`,
    `Bearer "${token}"`,
  ])
    await assertRefused(authorization, authorization);
  const tooLong = { authorization: `Bearer ${'a'.repeat(20_000)}` };
  assert.equal((await shop.gateway.send({ query: '{ viewer }' }, tooLong)).status, 431);
});
