import { setTimeout as wait } from 'node:timers/promises';

/**
 * Tries again until `probe` resolves to something, for what happens in another process or watcher and can't be awaited.
 *
 * @throws after `deadlineMs`, with the last failure as cause.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined>,
  deadlineMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  let cause: unknown;
  do {
    try {
      const result = await probe();
      if (result !== undefined) return result;
    } catch (error) {
      cause = error;
    }
    await wait(50);
  } while (performance.now() < deadline);
  throw new Error(`${what} did not happen within ${deadlineMs} ms`, { cause });
}
