export interface WakeableSleep {
  /** Resolves after so many milliseconds, or as soon as somebody wakes it. */
  sleep(ms: number): Promise<void>;
  /** Ends the sleep, or the next one if nobody sleeps: what was announced while we worked isn't slept over. */
  wake(): void;
}

/** The pause of a loop that looks for work now and then, and at once when told so. */
export function createWakeableSleep(): WakeableSleep {
  let awake = Promise.withResolvers<void>();
  return {
    async sleep(ms) {
      const timer = setTimeout(awake.resolve, ms);
      await awake.promise;
      clearTimeout(timer);
      awake = Promise.withResolvers();
    },
    wake: () => awake.resolve(),
  };
}
