import { SignJWT } from 'jose';
import type { PublicKey, SigningKeys } from './signing-keys.ts';

const lifetimeSeconds = 15 * 60;

interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
}

export interface AccessTokens {
  /** A token that says: this is the account, signed in with this session. Nobody can take it back; it lives shortly. */
  issue(session: { id: string; userId: string }, now: Date): Promise<AccessToken>;
  /** The keys that verify them, for `/.well-known/jwks.json`. */
  readonly jwks: { readonly keys: readonly PublicKey[] };
}

/** JWTs signed with Ed25519. Their type is RFC 9068's, so that no other kind of token passes for one. */
export function createAccessTokens(options: {
  keys: SigningKeys;
  issuer: string;
  audience: string;
}): AccessTokens {
  const { keys, issuer, audience } = options;
  const [{ privateKey, publicKey }] = keys;
  return {
    async issue(session, now) {
      const issuedAt = Math.floor(now.getTime() / 1_000);
      const expiresAt = issuedAt + lifetimeSeconds;
      const token = await new SignJWT({ sid: session.id })
        .setProtectedHeader({ alg: publicKey.alg, kid: publicKey.kid, typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(session.userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(privateKey);
      return { token, expiresAt: new Date(expiresAt * 1_000) };
    },
    jwks: { keys: keys.map((key) => key.publicKey) },
  };
}
