/** How long somebody waits for one answer. */
export interface WorkTime {
  /** Aborted once nobody waits any more. */
  readonly signal: AbortSignal;
  /** Nobody waits any more, before the time was up. */
  giveUp(): void;
  /** The answer is there. */
  end(): void;
}

/**
 * @param ms undefined: nobody said
 * @param onUp called when the time is up before `end` or `giveUp`
 */
export function createWorkTime(ms: number | undefined, onUp?: () => void): WorkTime {
  const controller = new AbortController();
  const up = () => {
    controller.abort();
    onUp?.();
  };
  const timer = ms === undefined ? undefined : setTimeout(up, ms);
  return {
    signal: controller.signal,
    giveUp() {
      clearTimeout(timer);
      controller.abort();
    },
    end: () => clearTimeout(timer),
  };
}
