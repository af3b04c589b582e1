import { jwtVerify } from 'jose';
import { createBoundedMemo } from '../../platform/bounded-memo.ts';
import { CodedError } from '../../platform/errors.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { createIssuerKeys } from './issuer-keys.ts';

/** How much the issuer's clock and ours may differ, in seconds. */
const clockTolerance = 5;
/** For how long a token is believed after it was issued, whatever it says itself, in seconds. */
const maxTokenAge = 24 * 60 * 60;
/** RFC 7515, section 7.1: three parts in base64url, without padding. Anything else needn't be looked at. */
const bearerToken = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+) *$/i;
/** Characters of tokens that are remembered as verified: some 20 000 of them. */
const rememberedText = 10_000_000;
/**
 * For how long, in milliseconds: a signature takes five times as long to verify as a hit to serve. Not until the token ends,
 * or a key that was withdrawn would be believed for as long.
 */
const rememberedMs = 60_000;

/** Tells who sent an `Authorization` header. */
export type ViewerVerifier = (authorization: string) => Promise<Viewer>;

/**
 * Verifies bearer tokens against the issuer's published keys. A token that is anything but right is refused rather than
 * ignored, so that nobody reads as a stranger what they meant to read as themselves.
 *
 * @returns a function that throws CodedError UNAUTHENTICATED for a bad token, and OVERLOADED when the keys can't be
 * had: then it is not the token's fault.
 */
export function createViewerVerifier(options: {
  jwksUrl: string;
  issuer: string;
  audience: string;
}): ViewerVerifier {
  const findKey = createIssuerKeys(options.jwksUrl);

  const verify = async (authorization: string): Promise<Verified> => {
    const [, token] = bearerToken.exec(authorization) ?? [];
    if (token === undefined) throw badToken();
    try {
      const { payload } = await jwtVerify(token, findKey, {
        algorithms: ['EdDSA'],
        issuer: options.issuer,
        audience: options.audience,
        // RFC 9068: another kind of token of the same issuer, like an ID token, is no access token.
        typ: 'at+jwt',
        // With it `iat` is required, and must not be in the future.
        maxTokenAge,
        requiredClaims: ['sub', 'exp'],
        clockTolerance,
      });
      const { sub, sid, exp = 0 } = payload;
      // jose takes 1e400 for an end, which JSON.parse reads as infinity.
      if (typeof sub !== 'string' || sub === '' || !Number.isFinite(exp)) throw badToken();
      return {
        viewer: { subject: sub, ...(typeof sid === 'string' && sid !== '' ? { sessionId: sid } : {}) },
        until: Math.min(Date.now() + rememberedMs, (exp + clockTolerance) * 1_000),
      };
    } catch (error) {
      if (error instanceof CodedError) throw error;
      throw badToken(error);
    }
  };

  const verified = createBoundedMemo<Verified>(rememberedText);
  return async (authorization) => {
    const known = verified.get(authorization);
    if (known !== undefined && Date.now() < known.until) return known.viewer;
    const result = await verify(authorization);
    verified.set(authorization, result, authorization.length);
    return result.viewer;
  };
}

interface Verified {
  readonly viewer: Viewer;
  /** Before this moment it needn't be verified again; in milliseconds since the epoch. */
  readonly until: number;
}

function badToken(cause?: unknown): CodedError {
  return new CodedError('UNAUTHENTICATED', { message: 'The bearer token is not valid.', cause });
}
