/** Requests that may be on their way to one subgraph at the same time. */
export interface FlightSlots {
  readonly isFree: boolean;
  /** @param answers how many are expected */
  take(answers: number): FlightSlot;
}

export interface FlightSlot {
  /** One of the answers came, or nobody waits for it any more. */
  answered(): void;
  free(): void;
}

/**
 * A slot is held until half of the answers are there, or for `patienceMs`: the next request waits for what is usual, not for
 * the slowest answer of another.
 *
 * @param onFree called when a slot was given back, by whatever reason
 */
export function createFlightSlots(options: {
  count: number;
  patienceMs: number;
  onFree: () => void;
}): FlightSlots {
  const { count, patienceMs, onFree } = options;
  let taken = 0;
  return {
    get isFree() {
      return taken < count;
    },
    take(answers) {
      let held = true;
      let awaited = Math.ceil(answers / 2);
      taken += 1;
      const free = () => {
        if (!held) return;
        held = false;
        clearTimeout(timer);
        taken -= 1;
        onFree();
      };
      const timer = setTimeout(free, patienceMs);
      return {
        answered() {
          awaited -= 1;
          if (awaited === 0) free();
        },
        free,
      };
    },
  };
}
