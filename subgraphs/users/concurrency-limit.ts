import { CodedError } from '../../platform/errors.ts';

/** Runs work when it is its turn. */
export type ConcurrencyLimit = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * Lets at most `running` pieces of work run at once, in the order they came, and at most `waiting` wait.
 *
 * @throws CodedError OVERLOADED when as many wait already: an answer now is better than one after the deadline.
 */
export function createConcurrencyLimit(options: { running: number; waiting: number }): ConcurrencyLimit {
  const queue: (() => void)[] = [];
  let running = 0;

  return async (work) => {
    if (running < options.running) running++;
    else if (queue.length < options.waiting) await new Promise<void>((resolve) => queue.push(resolve));
    else throw new CodedError('OVERLOADED');

    try {
      return await work();
    } finally {
      // The place is handed on, not given back: nobody who comes now overtakes.
      const next = queue.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
