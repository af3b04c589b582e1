// Plain JavaScript: its packages are in bench/package.json, and the project's type check must not need them.
import { createRemoteJWKSet, jwtVerify } from 'jose';

const { JWKS_URL } = process.env;
const keys = JWKS_URL === undefined ? undefined : createRemoteJWKSet(new URL(JWKS_URL));
/** Whoever measures sends few tokens, so all are remembered: what is compared is gateways, not ways to verify a signature. */
const viewers = new Map();

/**
 * Who sent an `Authorization` header; nobody without one, or without an issuer.
 *
 * @returns {Promise<import('../../platform/viewer.ts').Viewer | null>}
 */
export async function viewerOf(authorization) {
  if (!authorization || keys === undefined) return null;
  if (!viewers.has(authorization)) viewers.set(authorization, verify(authorization));
  return viewers.get(authorization);
}

async function verify(authorization) {
  const token = authorization.slice('Bearer '.length);
  const { payload } = await jwtVerify(token, keys, { algorithms: ['EdDSA'] });
  return { subject: payload.sub, sessionId: payload.sid };
}
