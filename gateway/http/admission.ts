import type { IncomingMessage } from 'node:http';
import { CodedError } from '../../platform/errors.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { clientKey } from '../rate-limit/client-key.ts';
import type { RateLimiter } from '../rate-limit/rate-limiter.ts';
import type { ViewerVerifier } from '../viewer/bearer-token.ts';
import { type Charge, createCharge } from './charge.ts';
import type { ClientAddress } from './client-address.ts';
import type { RequestRecord } from './request-records.ts';

/** A request that was let in. */
export interface Admitted {
  readonly viewer: Viewer | null;
  readonly address: string;
  readonly charge: Charge;
}

/**
 * Lets a request in, and notes so in its record: decides whether it may come in, before its body is read, and on whose behalf;
 * charges it what is known of its cost by then, and one point at least.
 *
 * Rejects with CodedError UNAUTHENTICATED for a bad token, RATE_LIMITED, or OVERLOADED when tokens can't be checked.
 */
export type LetIn = (request: IncomingMessage, record: RequestRecord) => Promise<void>;

export function createLetIn(deps: {
  verifyViewer: ViewerVerifier;
  rateLimiter: RateLimiter;
  clientAddress: ClientAddress;
}): LetIn {
  const { verifyViewer, rateLimiter, clientAddress } = deps;

  const admit = async (request: IncomingMessage, record: RequestRecord): Promise<Admitted> => {
    const { budget, unanswered, answerHeaders } = record;
    const address = clientAddress(request);
    const { authorization } = request.headers;
    let viewer: Viewer | null = null;
    let refusal: unknown;
    try {
      if (authorization !== undefined) viewer = await verifyViewer(authorization);
    } catch (error) {
      refusal = error;
    }
    // A refused token is counted on its sender's address: guessing is not free.
    const client = clientKey(viewer, address);
    const charge = createCharge({ client, budget, headers: answerHeaders, rateLimiter });
    await charge.upTo(Math.max(1, unanswered?.asked?.cost ?? 1));
    if (refusal !== undefined) {
      if (refusal instanceof CodedError && refusal.code === 'UNAUTHENTICATED')
        // RFC 6750, section 3.
        answerHeaders['www-authenticate'] = 'Bearer error="invalid_token"';
      throw refusal;
    }
    return { viewer, address, charge };
  };

  return async (request, record) => {
    try {
      record.admitted = await admit(request, record);
    } catch (error) {
      record.unanswered?.abandon();
      throw error;
    }
  };
}
