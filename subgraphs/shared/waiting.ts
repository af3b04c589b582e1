/** Whoever waits for answers of this process, in the order in which they came. */
export interface Waiting {
  /** The last who came: what is begun now is for nobody who comes later. */
  readonly latest: number;
  /** Somebody came. @returns what says that they have their answer, or that they wait for it no longer */
  come(): (because: 'answered' | 'gave up') => void;
  /** Whether anybody waits who came no later than this one. */
  isAnyoneUpTo(latest: number): boolean;
  onGivenUp(listener: () => void): void;
}

/**
 * Work that requests share belongs to none of them, and to note for each piece of it who needs it would cost every request. Nobody
 * does when all who had come by the time it began are gone: that is known of all pieces at the price of a number for each request.
 */
export function createWaiting(): Waiting {
  const present = new Set<number>();
  const listeners: (() => void)[] = [];
  let latest = 0;
  return {
    get latest() {
      return latest;
    },
    come() {
      latest += 1;
      const one = latest;
      present.add(one);
      return (because) => {
        const waited = present.delete(one);
        if (waited && because === 'gave up') for (const listener of listeners) listener();
      };
    },
    isAnyoneUpTo(latest) {
      for (const first of present) return first <= latest;
      return false;
    },
    onGivenUp: (listener) => listeners.push(listener),
  };
}
