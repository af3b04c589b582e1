import type { FastifyReply } from 'fastify';
import type { WaitBudget } from '../../cache/wait-budget.ts';
import { CodedError } from '../../platform/errors.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { clientKey } from '../rate-limit/client-key.ts';
import type { RateLimiter } from '../rate-limit/rate-limiter.ts';
import type { ViewerVerifier } from '../viewer/bearer-token.ts';
import { type Charge, createCharge } from './charge.ts';

/** A request that was let in. */
export interface Admitted {
  readonly viewer: Viewer | null;
  readonly address: string;
  readonly charge: Charge;
}

/**
 * Decides whether a request may come in, before its body is read, and on whose behalf; charges it what is known of its
 * cost by then, and one point at least.
 *
 * @param caller.budget what the request may still wait for Redis
 * @throws CodedError UNAUTHENTICATED for a bad token, RATE_LIMITED, or OVERLOADED when tokens can't be checked.
 */
export async function admit(
  {
    authorization,
    address,
    cost = 1,
    budget,
  }: {
    authorization: string | undefined;
    address: string;
    cost: number | undefined;
    budget: WaitBudget;
  },
  reply: FastifyReply,
  { verifyViewer, rateLimiter }: { verifyViewer: ViewerVerifier; rateLimiter: RateLimiter },
): Promise<Admitted> {
  let viewer: Viewer | null = null;
  let refusal: unknown;
  try {
    viewer = await verifyViewer(authorization);
  } catch (error) {
    refusal = error;
  }
  // A refused token is counted on its sender's address: guessing is not free.
  const charge = createCharge({ client: clientKey(viewer, address), budget, reply, rateLimiter });
  await charge.upTo(Math.max(1, cost));
  if (refusal !== undefined) {
    if (refusal instanceof CodedError && refusal.code === 'UNAUTHENTICATED')
      // RFC 6750, section 3.
      reply.header('www-authenticate', 'Bearer error="invalid_token"');
    throw refusal;
  }
  return { viewer, address, charge };
}
