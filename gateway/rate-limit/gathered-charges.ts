import { RateLimiterRes } from 'rate-limiter-flexible';

/** Charges a client; rejects with a RateLimiterRes where it has too few points. */
type Consume = (client: string, points: number) => Promise<RateLimiterRes>;

interface WaitingCharge {
  readonly points: number;
  readonly resolve: (result: RateLimiterRes) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Charges of one client in one turn of the event loop are sent as one, and each gets what it would have got by itself, in their
 * order: a server that sends much, or a house behind one address, costs Redis no more than it has to.
 *
 * @param limit the points of a window
 */
export function gatherCharges(consume: Consume, limit: number): Consume {
  const waiting = new Map<string, WaitingCharge[]>();

  const send = async (client: string) => {
    const charges = waiting.get(client) ?? [];
    waiting.delete(client);
    const sum = charges.reduce((total, { points }) => total + points, 0);
    try {
      settle(charges, await consume(client, sum), sum, limit);
    } catch (error) {
      if (error instanceof RateLimiterRes && error.consumedPoints > 0) settle(charges, error, sum, limit);
      // Failed, or refused without a look at what is left: there is nothing.
      else for (const { reject } of charges) reject(error);
    }
  };

  return (client, points) =>
    new Promise((resolve, reject) => {
      const charges = waiting.get(client);
      if (charges !== undefined) {
        charges.push({ points, resolve, reject });
        return;
      }
      waiting.set(client, [{ points, resolve, reject }]);
      setImmediate(send, client);
    });
}

/** @param result after the last of the charges, which came to the sum */
function settle(
  charges: readonly WaitingCharge[],
  { consumedPoints, msBeforeNext }: RateLimiterRes,
  sum: number,
  limit: number,
): void {
  let consumed = consumedPoints - sum;
  for (const { points, resolve, reject } of charges) {
    consumed += points;
    const own = new RateLimiterRes(Math.max(0, limit - consumed), msBeforeNext, consumed);
    if (consumed <= limit) resolve(own);
    else reject(own);
  }
}
