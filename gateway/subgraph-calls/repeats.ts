import { setTimeout } from 'node:timers/promises';
import { callFailure, mayPass } from './call-failure.ts';
import type { SubgraphCall, SubgraphResponse } from './plain-calls.ts';

type Send = (call: SubgraphCall) => Promise<SubgraphResponse>;

/** What a call adds to what may be sent again: one in five, in the long run. */
const shareOfCalls = 0.2;
/** As many as are on their way when a subgraph is replaced (two full envelopes): none of them has to fail. */
const mostAtOnce = 128;
/** Long enough for what failed together not to come back together. */
const mostDelayMs = 100;

/**
 * Sends queries that failed in passing (call-failure.ts) once more, after a random while, if there is time for it. Not more of
 * them than a budget allows: while a subgraph is failing for good, repeating everything would double what it has to bear.
 *
 * Only for queries: what failed may have been executed.
 *
 * @param options.again how it is sent the second time: by itself, because in an envelope another operation may be what breaks
 *   the connection
 */
export function createRepeats(options: {
  first: Send;
  again: Send;
  /** Told for each that failed in passing whether it is sent again, or not because the budget is spent. */
  onRepeat: (outcome: 'sent' | 'over_budget') => void;
  /** Resolves after so many milliseconds. */
  wait?: (ms: number) => Promise<unknown>;
  random?: () => number;
}): Send {
  const { first, again, onRepeat, wait = setTimeout, random = Math.random } = options;
  let budget = mostAtOnce;

  const repeat = async (call: SubgraphCall, error: unknown): Promise<SubgraphResponse> => {
    const failure = callFailure(error);
    const delayMs = random() * mostDelayMs;
    if (!mayPass(failure) || Date.now() + delayMs >= call.deadline) throw failure;
    if (budget < 1) {
      onRepeat('over_budget');
      throw failure;
    }
    budget -= 1;
    onRepeat('sent');
    // Whoever leaves meanwhile is noticed when it is sent.
    await wait(delayMs);
    return again(call);
  };

  return (call) => {
    budget = Math.min(mostAtOnce, budget + shareOfCalls);
    return first(call).catch((error: unknown) => repeat(call, error));
  };
}
