/**
 * Lets many callers share runs of the same work, none of which is older than its caller: whoever asks gets the result
 * of a run that begins after it asked (rules 4, 9, 10). While one is running, all who ask wait for the next.
 *
 * So at most one run is going on at a time, and a thousand callers at once cost two.
 *
 * @param waitFor bounds how long callers wait for a run, which goes on by itself; by default they wait for its end
 */
export function createSharedRun<Result>(
  work: () => Promise<Result>,
  waitFor: (run: () => Promise<Result>) => Promise<Result> = (run) => run(),
): () => Promise<Result> {
  let isRunning = false;
  let next: { readonly run: PromiseWithResolvers<Result>; readonly waiting: Promise<Result> } | undefined;

  const begin = () => {
    if (next === undefined) return;
    const { run } = next;
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
      const run = Promise.withResolvers<Result>();
      next = { run, waiting: waitFor(() => run.promise) };
      // Not at once: whoever asks in the same turn of the event loop may still join.
      if (!isRunning) setImmediate(begin);
    }
    return next.waiting;
  };
}
