/**
 * Lets many callers share runs of the same work, none of which is older than its caller: whoever asks gets the result
 * of a run that begins after it asked (rules 4, 9, 10). While one is running, all who ask wait for the next.
 *
 * So at most one run is going on at a time, and a thousand callers at once cost two.
 */
export function createSharedRun<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let isRunning = false;
  let next: PromiseWithResolvers<Result> | undefined;

  const begin = () => {
    const run = next;
    if (run === undefined) return;
    next = undefined;
    isRunning = true;
    // A work that throws before it waits rejects like any other.
    run.resolve(
      (async () => work())().finally(() => {
        isRunning = false;
        begin();
      }),
    );
  };

  return () => {
    if (next === undefined) {
      next = Promise.withResolvers();
      // Not at once: whoever asks in the same turn of the event loop may still join.
      if (!isRunning) setImmediate(begin);
    }
    return next.promise;
  };
}
