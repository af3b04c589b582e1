import type { Waiting } from './waiting.ts';

/** What work looks at that is done for one answer: whether anybody still waits for it. */
export type WorkSignal = Pick<AbortSignal, 'aborted'>;

/**
 * How long somebody waits for one answer. A class, and a signal itself: there is one for every operation, and an AbortController, which
 * would also tell listeners, costs more than all the rest of it.
 */
export class WorkTime implements WorkSignal {
  /** Whether nobody waits any more. */
  aborted = false;
  readonly #leave: ReturnType<Waiting['come']>;
  readonly #onUp: (() => void) | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  /**
   * @param ms undefined: nobody said
   * @param waiting is told of them
   * @param onUp called when the time is up before `end` or `giveUp`
   */
  constructor(ms: number | undefined, waiting: Waiting, onUp?: () => void) {
    this.#leave = waiting.come();
    this.#onUp = onUp;
    if (ms !== undefined) this.#timer = setTimeout(WorkTime.#isUp, ms, this);
  }

  static #isUp(time: WorkTime): void {
    time.giveUp();
    time.#onUp?.();
  }

  /** Nobody waits any more. Of no consequence after `end`: of a request that was answered the connection ends, too. */
  giveUp(): void {
    if (this.#isOver) return;
    this.aborted = true;
    this.#over('gave up');
  }

  /** The answer is there. */
  end(): void {
    if (!this.#isOver) this.#over('answered');
  }

  #over(because: 'answered' | 'gave up'): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#leave(because);
  }
}
