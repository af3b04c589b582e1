import type { LoadGenerator, LoadOptions, LoadRequest } from '../load/load-generator.ts';

/** How much of a load comes before what is measured. */
export interface WarmUp {
  /** At least so long, and at least so many requests, ... */
  readonly seconds: number;
  readonly requests: number;
  /** ... but not longer than this. */
  readonly mostSeconds: number;
}

/**
 * Before a system's first measurement. V8 compiles what has run often, however long that takes, and to one client some systems
 * answer ten times as many requests a second as others.
 */
export const firstWarmUp: WarmUp = { seconds: 3, requests: 8_000, mostSeconds: 20 };

/** Before the others. Connections are opened, and what the others displaced from the processor's caches is there again. */
export const nextWarmUp: WarmUp = { seconds: 1, requests: 0, mostSeconds: 1 };

/** Puts load on a system until it is warm. What it answers meanwhile counts for nothing. */
export async function warmUp(
  request: LoadRequest,
  load: LoadGenerator,
  options: Omit<LoadOptions, 'seconds'>,
  enough: WarmUp,
): Promise<void> {
  const done = { seconds: 0, requests: 0 };
  for (let seconds = secondsLeft(done, enough); seconds > 0; seconds = secondsLeft(done, enough)) {
    const { requests } = await load.run(request, { ...options, seconds });
    done.seconds += seconds;
    done.requests += requests;
  }
}

/** How long the next run of a warm-up should be, as requests have been answered so far; whole seconds, for wrk knows no others. */
export function secondsLeft(
  done: { readonly seconds: number; readonly requests: number },
  { seconds, requests, mostSeconds }: WarmUp,
): number {
  if (done.seconds < seconds) return seconds - done.seconds;
  if (done.requests >= requests) return 0;
  const needed = Math.ceil(((requests - done.requests) * done.seconds) / done.requests);
  return Math.min(needed, mostSeconds - done.seconds);
}
