import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { CodedError } from '../../platform/errors.ts';
import type { Viewer } from '../../platform/viewer.ts';

/** How much the issuer's clock and ours may differ, in seconds. */
const clockTolerance = 5;
const keysTimeoutMs = 2_000;

/** Tells who sent an `Authorization` header. */
export type ViewerVerifier = (authorization: string | undefined) => Promise<Viewer | null>;

/**
 * Verifies bearer tokens against the issuer's published keys. No header means nobody: null. A token that is anything
 * but right is refused rather than ignored, so that nobody reads as a stranger what they meant to read as themselves.
 *
 * @returns a function that throws CodedError UNAUTHENTICATED for a bad token, and OVERLOADED when the keys can't be
 * had: then it is not the token's fault.
 */
export function createViewerVerifier(options: {
  jwksUrl: string;
  issuer: string;
  audience: string;
}): ViewerVerifier {
  const keys = createRemoteJWKSet(new URL(options.jwksUrl), { timeoutDuration: keysTimeoutMs });
  const findKey: JWTVerifyGetKey = async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw error;
      throw new CodedError('OVERLOADED', {
        message: 'Sign-ins cannot be checked at the moment. Try again shortly.',
        cause: error,
      });
    }
  };

  return async (authorization) => {
    if (authorization === undefined) return null;
    const [, token] = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization) ?? [];
    if (token === undefined) throw badToken();
    try {
      const { payload } = await jwtVerify(token, findKey, {
        algorithms: ['EdDSA'],
        issuer: options.issuer,
        audience: options.audience,
        // RFC 9068: another kind of token of the same issuer, like an ID token, is no access token.
        typ: 'at+jwt',
        requiredClaims: ['sub', 'exp'],
        clockTolerance,
      });
      const { sub, sid } = payload;
      if (typeof sub !== 'string' || sub === '') throw badToken();
      return { subject: sub, ...(typeof sid === 'string' && sid !== '' ? { sessionId: sid } : {}) };
    } catch (error) {
      if (error instanceof CodedError) throw error;
      throw badToken(error);
    }
  };
}

function badToken(cause?: unknown): CodedError {
  return new CodedError('UNAUTHENTICATED', { message: 'The bearer token is not valid.', cause });
}
