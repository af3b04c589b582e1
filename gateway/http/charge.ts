import type { WaitBudget } from '../../cache/wait-budget.ts';
import { CodedError } from '../../platform/errors.ts';
import type { Quota, RateLimiter } from '../rate-limit/rate-limiter.ts';

/** Where answers say how their client stands; see `quotaHeaders`. */
export const quotaHeaderNames = ['ratelimit', 'ratelimit-policy'] as const;

/** What one request is charged, which shows step by step: that it came, then what it asks for. */
export interface Charge {
  /**
   * Charges what is missing up to so many points; nothing if it was charged as much before. More than a client ever has
   * counts as all it has, so that nothing is out of reach for ever.
   *
   * @throws CodedError RATE_LIMITED when the client doesn't have them
   */
  upTo(points: number): Promise<void>;
}

/** @param request.headers gets those that tell the client how it stands, and when to come back if it was refused */
export function createCharge(request: {
  client: string;
  budget: WaitBudget;
  headers: Record<string, string>;
  rateLimiter: RateLimiter;
}): Charge {
  const { client, budget, headers, rateLimiter } = request;
  let charged = 0;
  return {
    async upTo(points) {
      const missing = Math.min(Math.ceil(points), rateLimiter.policy.points) - charged;
      if (missing <= 0) return;
      charged += missing;
      const quota = await rateLimiter.charge(client, missing, budget);
      Object.assign(headers, quotaHeaders(rateLimiter.policy, quota));
      if (!quota.isExceeded) return;
      headers['retry-after'] = String(quota.resetSeconds);
      throw new CodedError('RATE_LIMITED', { failsRequest: true });
    },
  };
}

/** As in https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/10/. */
function quotaHeaders(
  { points, windowSeconds }: RateLimiter['policy'],
  { remaining, resetSeconds }: Quota,
): Record<(typeof quotaHeaderNames)[number], string> {
  return {
    ratelimit: `"cost";r=${remaining};t=${resetSeconds}`,
    'ratelimit-policy': `"cost";q=${points};w=${windowSeconds};qu="points"`,
  };
}
