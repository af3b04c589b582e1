import type { Waiting } from './waiting.ts';

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
 * @param waiting is told of them
 * @param onUp called when the time is up before `end` or `giveUp`
 */
export function createWorkTime(ms: number | undefined, waiting: Waiting, onUp?: () => void): WorkTime {
  const controller = new AbortController();
  const leave = waiting.come();
  let isOver = false;
  const up = () => {
    isOver = true;
    leave('gave up');
    controller.abort();
    onUp?.();
  };
  const timer = ms === undefined ? undefined : setTimeout(up, ms);
  const over = (because: 'answered' | 'gave up') => {
    isOver = true;
    clearTimeout(timer);
    leave(because);
  };
  return {
    signal: controller.signal,
    giveUp() {
      // Of every request that was answered, the connection ends, too: to abort then would be for nobody, and isn't cheap.
      if (isOver) return;
      over('gave up');
      controller.abort();
    },
    end: () => over('answered'),
  };
}
