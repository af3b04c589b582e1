/** Work that was not even tried, because it has just failed. */
class RedisAwayError extends Error {
  override readonly name = 'RedisAwayError';
  constructor() {
    super('Redis is away; it is tried again soon.');
  }
}

/** Told when nothing is tried any more, and when all is tried again: once each, however much fails in between. */
export interface BreakerWatch {
  opened(failure: unknown): void;
  closed(): void;
}

export interface RedisBreaker {
  /** @throws RedisAwayError at once while it is open; else whatever the work throws */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** How long a Redis that failed is left alone. */
const restMs = 1_000;

/**
 * Stops trying what fails: after a failure nothing is tried for a while, then one caller tries, and the others
 * go without until that has ended. So whoever comes while Redis hangs waits for one command timeout at most, and all
 * but one in a window don't wait at all. (Libraries have the others wait for the one who tries.)
 *
 * @param options.isAnswer whether an error came from Redis, which is there then
 * @param options.now milliseconds, of a clock that never goes back
 */
export function createRedisBreaker(options: {
  isAnswer: (error: unknown) => boolean;
  now?: () => number;
  watch?: BreakerWatch | undefined;
}): RedisBreaker {
  const { isAnswer, now = () => performance.now(), watch } = options;
  let openUntilMs: number | undefined;
  let isTrying = false;

  const open = (failure: unknown) => {
    const wasClosed = openUntilMs === undefined;
    openUntilMs = now() + restMs;
    if (wasClosed) watch?.opened(failure);
  };
  const close = () => {
    openUntilMs = undefined;
    watch?.closed();
  };

  const tryAgain = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (isTrying || now() < (openUntilMs ?? 0)) throw new RedisAwayError();
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
