/** Work that was not even tried, because it has just failed. */
class CacheAwayError extends Error {
  override readonly name = 'CacheAwayError';
  constructor() {
    super('The cache is away; it is tried again soon.');
  }
}

/** Told when nothing is tried any more, and when all is tried again: once each, however much fails in between. */
export interface BreakerWatch {
  opened(failure: unknown): void;
  closed(): void;
}

export interface Breaker {
  /** @throws CacheAwayError at once while it is open; else whatever the work throws */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

/**
 * Stops trying what fails (rule 7): after a failure nothing is tried for a while, then one caller tries, and the others
 * go without until that has ended. So whoever comes while Redis hangs waits for one command timeout at most, and all
 * but one in a window don't wait at all. (Libraries have the others wait for the one who tries.)
 *
 * @param options.isAnswer whether an error came from the other side, which is there then
 * @param options.now milliseconds, of a clock that never goes back
 */
export function createBreaker(options: {
  windowMs: number;
  now: () => number;
  isAnswer: (error: unknown) => boolean;
  watch?: BreakerWatch | undefined;
}): Breaker {
  const { windowMs, now, isAnswer, watch } = options;
  let openUntilMs: number | undefined;
  let isTrying = false;

  const open = (failure: unknown) => {
    const wasClosed = openUntilMs === undefined;
    openUntilMs = now() + windowMs;
    if (wasClosed) watch?.opened(failure);
  };
  const close = () => {
    openUntilMs = undefined;
    watch?.closed();
  };

  const tryAgain = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (isTrying || now() < (openUntilMs ?? 0)) throw new CacheAwayError();
    isTrying = true;
    try {
      const result = await work();
      close();
      return result;
    } catch (error) {
      if (isAnswer(error)) close();
      else open(error);
      throw error;
    } finally {
      isTrying = false;
    }
  };

  /** Work from before a failure that ends well says nothing of now. */
  const noteFailure = (error: unknown): never => {
    if (!isAnswer(error)) open(error);
    throw error;
  };

  return {
    run: (work) => (openUntilMs === undefined ? work().catch(noteFailure) : tryAgain(work)),
  };
}
