/** How long somebody waits for one answer. */
export interface WorkTime {
  /** Aborted once nobody waits any more. */
  readonly signal: AbortSignal;
  /** Nobody waits any more, before the time was up. */
  giveUp(): void;
  /** The answer is there; after that, nothing is given up any more. */
  end(): void;
}

/**
 * @param ms undefined: nobody said
 * @param onUp called when the time is up before `end` or `giveUp`
 */
export function createWorkTime(ms: number | undefined, onUp?: () => void): WorkTime {
  const controller = new AbortController();
  let isOver = false;
  const up = () => {
    isOver = true;
    controller.abort();
    onUp?.();
  };
  const timer = ms === undefined ? undefined : setTimeout(up, ms);
  const end = () => {
    isOver = true;
    clearTimeout(timer);
  };
  return {
    signal: controller.signal,
    giveUp() {
      // Of every request that was answered, the connection ends, too: to abort then would be for nobody, and isn't cheap.
      if (isOver) return;
      end();
      controller.abort();
    },
    end,
  };
}
