import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** A public key as a JWKS lists it. */
export interface PublicKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
}

/** A key that access tokens are signed with. */
interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: PublicKey;
}

/** The first signs, all are published. */
export type SigningKeys = readonly [SigningKey, ...SigningKey[]];

const pemBlock = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/g;
const fault =
  'must be one or more Ed25519 private keys in PKCS#8 PEM, as `openssl genpkey -algorithm ed25519` makes them';

/**
 * Ed25519 private keys, one PEM block after the other. Line ends may be written as `\n`, because many places that hold
 * environment variables take one line only. To rotate: put the new key last until every gateway has fetched it, then
 * first, then drop the old one when its last token has run out.
 */
export const signingKeysField = () =>
  z.string('must be set').transform((text, context): SigningKeys => {
    try {
      return readSigningKeys(text);
    } catch {
      // The reason is left out: it may quote the key.
      context.addIssue({ code: 'custom', message: fault });
      return z.NEVER;
    }
  });

function readSigningKeys(text: string): SigningKeys {
  const lines = text.replaceAll('\\n', '\n');
  const [first, ...rest] = lines.match(pemBlock) ?? [];
  if (first === undefined || lines.replaceAll(pemBlock, '').trim() !== '') throw new Error(fault);
  return [readSigningKey(first), ...rest.map(readSigningKey)];
}

function readSigningKey(pem: string): SigningKey {
  const privateKey = createPrivateKey(pem);
  const { kty, crv, x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined) throw new Error(fault);
  return { privateKey, publicKey: { kty, crv, x, kid: thumbprint(x), alg: 'EdDSA', use: 'sig' } };
}

/** RFC 7638: the hash of the key's required members, in the order of their names. The same key always has the same id. */
function thumbprint(x: string): string {
  return createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');
}
