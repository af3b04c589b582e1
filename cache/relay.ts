import type { Logger } from '../platform/logging.ts';
import { createWakeableSleep } from '../platform/wakeable-sleep.ts';
import { type Drain, drain, leaseMs, type Route, settleMs } from './drain.ts';
import type { Position } from './position.ts';
import { createSharedRun } from './shared-run.ts';

/** How often a relay looks for writes that no mutation flushes: psql, jobs, a mutation whose process died. */
const pollMs = 100;

/** How long a mutation waits for its invalidations to be out; then it answers all the same (rule 4). */
const flushTimeoutMs = 500;

/**
 * How long an older Redis is left alone before it is told to begin a newer epoch. Connecting anew usually finds the new
 * primary meanwhile; where it doesn't, the one we are on is all there is.
 */
const patienceMs = 2 * leaseMs;

export interface Relay {
  /** Looks at the outbox from now on, and keeps the subgraph's lease. */
  start(): void;
  /** Resolves when the look that may be going on has ended. */
  stop(): Promise<void>;
  /** For a mutation, after its commit and before its answer. Never rejects, and takes half a second at most. */
  flush(): Promise<Flush>;
}

export type Flush =
  /** No read that begins from now on gets an answer from before the write. */
  | { readonly published: true; readonly position: Position }
  /** It may, for so long. Whoever wrote looks past the cache until then; the write itself is in the outbox. */
  | { readonly published: false; readonly bypassMs: number };

/** @param deps.now milliseconds, of a clock that never goes back */
export function createRelay(deps: Route & { logger: Logger; now: () => number }): Relay {
  const { store, logger, now } = deps;
  const superseded = createSupersededWatch(now);
  const sharedDrain = createSharedRun(async () => {
    const result = await drain(deps);
    if (!result.done && result.reason === 'superseded') {
      if (superseded.isOverdue()) await store.supersede(result.newestEpoch);
      else store.reconnect();
    } else superseded.isOver();
    return result;
  });

  const reportOutage = createOutageLog(logger);
  const pause = createWakeableSleep();
  let polling: Promise<void> | undefined;
  let isStopping = false;
  const poll = async () => {
    while (!isStopping) {
      await sharedDrain().then(
        () => reportOutage(undefined),
        (error: unknown) => reportOutage(error),
      );
      await pause.sleep(pollMs);
    }
  };

  return {
    start() {
      polling ??= poll();
    },
    async stop() {
      isStopping = true;
      pause.wake();
      await polling;
    },
    async flush() {
      // The shared drain begins after this call, and so after the commit (rule 4): it sees the mutation's rows.
      const result = await inTime(sharedDrain(), flushTimeoutMs);
      if (result?.done === true) return { published: true, position: result.position };
      // By then either a relay has published the row, or the lease has run out under which older answers are served.
      return { published: false, bypassMs: settleMs };
    },
  };
}

/** Since when the Redis we are on is older than one that was seen before. */
function createSupersededWatch(now: () => number) {
  let since: number | undefined;
  return {
    isOverdue: () => {
      since ??= now();
      return now() - since >= patienceMs;
    },
    isOver: () => {
      since = undefined;
    },
  };
}

/** One line for an outage and one for its end, not ten a second. */
function createOutageLog(logger: Logger): (failure: unknown) => void {
  let isAway = false;
  return (failure) => {
    if (failure !== undefined && !isAway)
      logger.warn({ err: failure }, 'Invalidations wait in the outbox: the cache or the database is away');
    if (failure === undefined && isAway) logger.info('Invalidations are published again');
    isAway = failure !== undefined;
  };
}

/** @returns undefined if it failed or took too long */
async function inTime(work: Promise<Drain>, ms: number): Promise<Drain | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(late.resolve, ms, undefined);
  try {
    return await Promise.race([work, late.promise]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
