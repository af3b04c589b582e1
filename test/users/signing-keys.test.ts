import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { calculateJwkThumbprint, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { ConfigError } from '../../platform/config.ts';
import { createAccessTokens } from '../../subgraphs/users/access-tokens.ts';
import { readUsersConfig } from '../../subgraphs/users/config.ts';

const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const newKey = () => pem(generateKeyPairSync('ed25519').privateKey);

const configWith = (key: string) =>
  readUsersConfig({
    DATABASE_URL: 'postgresql://localhost/users',
    SUBGRAPH_SECRET: 's'.repeat(32),
    JWT_SIGNING_KEY: key,
  });

test('the first key signs, every key is published, so that a key can be rotated', async () => {
  const [older, newer] = [newKey(), newKey()];
  const tokensOf = (key: string) =>
    createAccessTokens({ keys: configWith(key).JWT_SIGNING_KEY, issuer: 'https://issuer', audience: 'us' });
  const before = tokensOf(`${older}${newer}`);
  const after = tokensOf(`${newer}\n${older}`);
  const session = { id: 'the-session', userId: 'the-account' };
  const now = new Date(1_800_000_000_000);

  const keySet = createLocalJWKSet(JSON.parse(JSON.stringify(after.jwks)));
  for (const issuer of [before, after]) {
    const { token, expiresAt } = await issuer.issue(session, now);
    const { payload, protectedHeader } = await jwtVerify(token, keySet, {
      issuer: 'https://issuer',
      audience: 'us',
      typ: 'at+jwt',
      algorithms: ['EdDSA'],
      currentDate: now,
    });
    assert.deepEqual(payload, {
      iss: 'https://issuer',
      aud: 'us',
      sub: 'the-account',
      sid: 'the-session',
      iat: 1_800_000_000,
      exp: 1_800_000_900,
    });
    assert.equal(expiresAt.getTime(), 1_800_000_900_000);
    assert.equal(protectedHeader.kid, issuer.jwks.keys[0]?.kid);
  }
  assert.notEqual(
    decodeProtectedHeader((await before.issue(session, now)).token).kid,
    decodeProtectedHeader((await after.issue(session, now)).token).kid,
  );
});

test('a key is named by its RFC 7638 thumbprint', async () => {
  const [{ publicKey }] = configWith(newKey()).JWT_SIGNING_KEY;
  assert.equal(publicKey.kid, await calculateJwkThumbprint({ ...publicKey }));
});

test('line ends of a key may be written as \\n', () => {
  const key = newKey();
  const [escaped] = configWith(key.replaceAll('\n', '\\n')).JWT_SIGNING_KEY;
  const [plain] = configWith(key).JWT_SIGNING_KEY;
  assert.deepEqual(escaped.publicKey, plain.publicKey);
});

const unusable: Record<string, string> = {
  'no PEM': 'secret-but-no-key',
  'an RSA key': pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
  'another curve': pem(generateKeyPairSync('x25519').privateKey),
  'a public key': generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  'a broken block': newKey().replace(/\n.{10}/, '\n'),
  'a key with something beside it': `${newKey()}and more`,
};

for (const [what, key] of Object.entries(unusable))
  test(`${what} as JWT_SIGNING_KEY is a configuration error that names the variable and not the value`, () => {
    assert.throws(
      () => configWith(key),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, /JWT_SIGNING_KEY: must be one or more Ed25519 private keys/);
        assert.ok(!error.message.includes(key.slice(-40)));
        return true;
      },
    );
  });

test('every fault of the configuration is reported at once', () => {
  assert.throws(() => readUsersConfig({}), /DATABASE_URL[\s\S]*SUBGRAPH_SECRET[\s\S]*JWT_SIGNING_KEY/);
});
