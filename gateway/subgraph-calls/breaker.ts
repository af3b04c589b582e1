import { CallFailure, callFailure } from './call-failure.ts';

export interface Breaker<Result> {
  /**
   * Rejects with a CallFailure at once, `not_sent`, while it is open; else with the failure in its result, or a CallFailure of what the
   * work rejects with.
   */
  run(work: () => Promise<Result>): Promise<Result>;
}

interface BreakerOptions<Result> {
  /** Tells an answer that is as good as none. */
  readonly failureIn: (result: Result) => CallFailure | undefined;
  /** Told when nothing is sent any more, and when all is sent again: once each. */
  readonly watch: { opened(failure: CallFailure): void; closed(): void };
  /** In milliseconds, of a clock that never goes back. */
  readonly now?: () => number;
}

/** Fewer calls than this in ten seconds say nothing: one odd operation may be all there is. */
const fewestCalls = 20;
const halfWindowMs = 5_000;
/** How long nothing is sent before one call is tried. */
const restMs = 2_000;
/** A call that waited for less proves nothing by running out of time: others have used it up before. */
const fairMs = 1_000;

/**
 * Spares a subgraph that fails, and those who would wait for it. When half of at least 20 calls within ten seconds failed,
 * nothing is sent for two seconds; then one call is tried, the others go without until that has ended, and how it ends
 * decides. Failed means not answered, or answered that its database is away: any other GraphQL answer comes from a subgraph that works.
 *
 * Our own, like that for Redis, because libraries (cockatiel, opossum) have callers wait for the one who tries, and
 * can't tell a call that was given up from one that failed.
 */
export function createBreaker<Result>({
  failureIn,
  watch,
  now = () => performance.now(),
}: BreakerOptions<Result>): Breaker<Result> {
  let current = noCalls();
  let previous = noCalls();
  let currentEnds = 0;
  /** While it is open: when the next call is tried. */
  let restUntil: number | undefined;
  let isTrying = false;

  const count = (failures: 0 | 1) => {
    const time = now();
    if (time >= currentEnds) {
      previous = time < currentEnds + halfWindowMs ? current : noCalls();
      current = noCalls();
      currentEnds = time + halfWindowMs;
    }
    current.calls += 1;
    current.failures += failures;
  };

  const succeeded = (isTrial: boolean) => {
    if (isTrial) {
      restUntil = undefined;
      current = noCalls();
      previous = noCalls();
      watch.closed();
    }
    count(0);
  };

  const failed = (isTrial: boolean, failure: CallFailure) => {
    count(1);
    const calls = previous.calls + current.calls;
    const isTooMuch = calls >= fewestCalls && previous.failures + current.failures >= calls / 2;
    if (!isTrial && !isTooMuch) return;
    restUntil = now() + restMs;
    if (!isTrial) watch.opened(failure);
  };

  return {
    run(work) {
      const begun = now();
      const isTrial = restUntil !== undefined;
      if (restUntil !== undefined) {
        if (isTrying || begun < restUntil)
          return Promise.reject(new CallFailure('not_sent', 'too many calls have failed'));
        isTrying = true;
      }
      // What was begun before it opened, and ends while it is open, says nothing of now.
      const counts = () => isTrial || restUntil === undefined;
      const fail = (error: unknown) => {
        if (isTrial) isTrying = false;
        const failure = callFailure(error);
        if (counts() && isAnswer(failure)) succeeded(isTrial);
        else if (counts() && saysSubgraphFails(failure, now() - begun)) failed(isTrial, failure);
        throw failure;
      };
      // Not an async function, of which each costs a call as much as all that is counted here.
      return work().then((result) => {
        const failure = failureIn(result);
        if (failure !== undefined) return fail(failure);
        if (isTrial) isTrying = false;
        if (counts()) succeeded(isTrial);
        return result;
      }, fail);
    },
  };
}

function noCalls(): { calls: number; failures: number } {
  return { calls: 0, failures: 0 };
}

/** Somebody is there, who doesn't like what was asked. */
function isAnswer({ status }: CallFailure): boolean {
  return status !== undefined && status < 500;
}

/** Calls that were given up say neither. */
function saysSubgraphFails({ outcome }: CallFailure, waitedMs: number): boolean {
  if (outcome === 'timeout') return waitedMs >= fairMs;
  return outcome !== 'abandoned' && outcome !== 'not_sent';
}
