import type { Pool } from 'undici';
import { envelopeSupport, mostMembers } from '../../platform/envelope.ts';
import type { Logger } from '../../platform/logging.ts';
import type { Secrets } from '../../platform/signed-call.ts';
import { CallFailure, callFailure, isAway } from './call-failure.ts';
import type { EnvelopeMetrics } from './envelope-metrics.ts';
import { createFlightSlots, type FlightSlot } from './flight-slots.ts';
import type { PlainCalls, SubgraphCall, SubgraphResponse } from './plain-calls.ts';
import type { Sent } from './post.ts';
import { postEnvelope } from './post-envelope.ts';
import { WaitingCall } from './waiting-call.ts';

/** While one is answered the next is on its way; with more of them each would carry less. */
const envelopesInFlight = 2;
/** For the end of an envelope's answer, when all of its frames are there, in milliseconds. */
const endPatienceMs = 100;
/** Far below what a subgraph reads (4 MB), whatever the characters; a larger operation goes by itself. */
const mostCharacters = 1_000_000;

export interface EnvelopeQueueOptions {
  readonly subgraph: string;
  readonly plain: PlainCalls;
  readonly pool: () => Pool;
  readonly path: string;
  readonly secrets: Secrets;
  readonly metrics: EnvelopeMetrics;
  readonly logger: Logger;
  /** How long, in milliseconds, envelopes that aren't answered keep others from being sent. */
  readonly patienceMs?: number;
  /** How long, in milliseconds, a subgraph that refused an envelope gets plain calls. */
  readonly refusalMs?: number;
}

/**
 * Sends all operations that wait for one subgraph together (platform/envelope.ts), whoever they are for. They wait only while
 * two requests are on their way: what is alone goes at once, as a plain call.
 *
 * - An operation that waits is joined by whoever asks the same for the same viewer; one that was sent is not, because its
 *   answer may be older than who joins (rule 9 of the response cache).
 * - Mutations never wait here: what is refused is sent again, and what is equal is sent once, both of which is for queries
 *   only.
 * - When a connection breaks, what wasn't answered fails; whether it is sent again is not decided here (repeats.ts).
 */
export function createEnvelopeQueue(
  options: EnvelopeQueueOptions,
): (call: SubgraphCall) => Promise<SubgraphResponse> {
  const {
    subgraph,
    plain,
    pool,
    path,
    secrets,
    metrics,
    logger,
    patienceMs = 25,
    refusalMs = 5_000,
  } = options;
  const members = metrics.members.labels({ subgraph });
  /** By what makes two of them the same. */
  const waiting = new Map<string, WaitingCall>();
  const slots = createFlightSlots({ count: envelopesInFlight, patienceMs, onFree: schedule });
  let isScheduled = false;
  let readsEnvelopes = false;
  let refusedUntil = 0;

  /** Once what arrived in this turn has been dealt with: it may bring more to send. */
  function schedule(): void {
    if (isScheduled || waiting.size === 0) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      flush();
    });
  }

  function flush(): void {
    if (!readsEnvelopes) for (const call of takeWaiting(waiting.size)) sendAlone(call);
    while (waiting.size > 0 && slots.isFree) {
      const calls = takeWaiting(mostMembers, mostCharacters);
      const slot = slots.take(calls.length);
      const [first] = calls;
      if (first !== undefined && calls.length === 1) sendAlone(first, slot);
      else sendTogether(calls, slot);
    }
  }

  /** The first of those that wait; at least one. */
  function takeWaiting(most: number, characters = Number.POSITIVE_INFINITY): WaitingCall[] {
    const taken: WaitingCall[] = [];
    let length = 0;
    for (const [key, call] of waiting) {
      length += call.call.body.length;
      if (taken.length === most || (taken.length > 0 && length > characters)) break;
      taken.push(call);
      waiting.delete(key);
    }
    return taken;
  }

  function sendAlone(waited: WaitingCall, slot?: FlightSlot): void {
    let sent: Sent | undefined;
    waited.onClosed((isSettled) => {
      slot?.free();
      if (!isSettled) sent?.giveUp();
    });
    sent = plain(waited.call, {
      resolve(response) {
        readsEnvelopes =
          response.headers[envelopeSupport.header] === envelopeSupport.value &&
          performance.now() >= refusedUntil;
        waited.resolve(response);
      },
      reject: (error) => waited.reject(error),
    });
  }

  async function sendTogether(calls: readonly WaitingCall[], slot: FlightSlot): Promise<void> {
    members.observe(calls.length);
    const sent = postEnvelope(calls, { subgraph, pool: pool(), path, secrets });
    let ending: NodeJS.Timeout | undefined;
    let open = calls.length;
    for (const call of calls)
      call.onClosed((isSettled) => {
        slot.answered();
        open -= 1;
        if (open > 0) return;
        // After the last frame comes the end: to hang up before it would cost a connection for each envelope.
        if (isSettled) ending = setTimeout(sent.giveUp, endPatienceMs).unref();
        else sent.giveUp();
      });
    const stillOpen = () => calls.filter(({ isOpen }) => isOpen);
    try {
      await sent.answered;
      for (const call of stillOpen()) call.reject(new CallFailure('nonsense', 'no frame for this operation'));
    } catch (error) {
      const { outcome, status } = callFailure(error);
      const isRefused = outcome === 'status' && !isAway(status);
      if (isRefused) {
        readsEnvelopes = false;
        refusedUntil = performance.now() + refusalMs;
        logger.warn({ subgraph, status }, 'a subgraph refused an envelope: plain calls for now');
      }
      for (const call of stillOpen())
        if (isRefused) sendAlone(call);
        else call.reject(error);
    } finally {
      clearTimeout(ending);
      slot.free();
    }
  }

  return (call) => {
    const { viewer, body } = call;
    const key = viewer === null ? body : `${JSON.stringify([viewer.subject, viewer.sessionId])}${body}`;
    const same = waiting.get(key);
    if (same !== undefined) {
      metrics.joined.inc({ subgraph });
      return same.join(call);
    }
    const added = new WaitingCall(call);
    // Nobody waits any more, before it was sent.
    added.onClosed(() => waiting.delete(key));
    waiting.set(key, added);
    schedule();
    return added.join(call);
  };
}
