import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { CodedError } from '../../platform/errors.ts';

/** How long the issuer may take to answer, in milliseconds. */
const timeoutMs = 2_000;
/** Keys that nobody knows have the issuer asked, so often at most, in milliseconds: whoever makes tokens up can't do more. */
const cooldownMs = 5_000;
/** After so long, in milliseconds, the keys are fetched anew, while the known ones go on: a withdrawn one is to be noticed. */
const refreshMs = 5 * 60_000;
/** How often that is tried while it fails, in milliseconds. */
const retryMs = 5_000;
/** For how long, in milliseconds, known keys are believed of an issuer that can't be asked. */
const believedMs = 60 * 60_000;

/**
 * The public keys that an issuer of tokens publishes.
 *
 * A key may be used for signing as soon as it has been published for `cooldownMs`: the first token that names it has it fetched.
 *
 * @returns a function that throws CodedError OVERLOADED when the keys can't be had, and jose's errors for tokens that none of
 * them can have signed
 */
export function createIssuerKeys(url: string): JWTVerifyGetKey {
  const published = createRemoteJWKSet(new URL(url), {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    // When to fetch again is decided here, so that nobody waits for it.
    cacheMaxAge: Number.POSITIVE_INFINITY,
  });
  let loadedAt = Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;

  const load = async () => {
    askedAt = Date.now();
    await published.reload();
    loadedAt = Date.now();
  };

  return async (header, token) => {
    try {
      const now = Date.now();
      if (now >= loadedAt + believedMs) await load();
      else if (now >= loadedAt + refreshMs && now >= askedAt + retryMs) load().catch(() => undefined);
      return await published(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw error;
      throw new CodedError('OVERLOADED', {
        message: 'Sign-ins cannot be checked at the moment. Try again shortly.',
        cause: error,
      });
    }
  };
}
