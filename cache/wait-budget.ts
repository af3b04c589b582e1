/**
 * What a request waits for the cache at most, in milliseconds, all its questions together, before it goes on without
 * (rule 7). Also of a Redis that answers, but slowly: breakers see nothing wrong with that.
 */
export const waitBudgetMs = 150;

/** Waiting is counted in steps of so many milliseconds. */
const tickMs = 10;

/** Waiting that counts against the budget of one request. */
export interface WaitBudget {
  /** @throws WaitedTooLongError when nothing is left, or when it is used up meanwhile; the work goes on by itself */
  spend<Result>(ask: () => Promise<Result>): Promise<Result>;
  /** By the clock that waiting is counted by, which stands still while nobody waits. */
  readonly nowMs: number;
  /** Counts waiting since then that many requests shared, and that was bounded by the budget of all of them. */
  count(sinceMs: number): void;
}

class WaitedTooLongError extends Error {
  override readonly name = 'WaitedTooLongError';
  constructor() {
    super('The request has waited for the cache for as long as it may.');
  }
}

/** Makes budgets that share a clock. */
export function createWaitBudgets(): () => WaitBudget {
  const clock = new WaitClock();
  return () => new RequestBudget(clock);
}

interface Wait {
  readonly untilMs: number;
  readonly beganMs: number;
  readonly budget: RequestBudget;
  /** undefined once it has ended. */
  reject: ((error: Error) => void) | undefined;
}

/**
 * Counts a turn of the event loop that takes long as one tick: what came meanwhile is read only after it, and a herd of
 * clients would make a quick Redis look slow.
 *
 * Waits are kept by when they have to end, not in a Set that they leave: V8 keeps what a long-lived Set held, and all that
 * hangs on it, from one table of it to the next until a full garbage collection.
 */
class WaitClock {
  nowMs = 0;
  #waiting = 0;
  readonly #due = new Map<number, Wait[]>();
  #ticking: NodeJS.Timeout | undefined;

  begin(wait: Wait): void {
    this.#waiting += 1;
    const due = this.#due.get(wait.untilMs);
    if (due === undefined) this.#due.set(wait.untilMs, [wait]);
    else due.push(wait);
    this.#ticking ??= setInterval(() => this.#tick(), tickMs).unref();
  }

  /** Once: work that was given up ends, too. */
  end(wait: Wait): void {
    if (wait.reject === undefined) return;
    wait.reject = undefined;
    this.#waiting -= 1;
    wait.budget.count(wait.beganMs);
  }

  #tick(): void {
    this.nowMs += tickMs;
    const due = this.#due.get(this.nowMs) ?? [];
    this.#due.delete(this.nowMs);
    for (const wait of due) {
      const { reject } = wait;
      this.end(wait);
      reject?.(new WaitedTooLongError());
    }
    if (this.#waiting > 0) return;
    this.#due.clear();
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }
}

/** A class, because every request has one, and hardly any uses it. */
class RequestBudget implements WaitBudget {
  readonly #clock: WaitClock;
  #leftMs = waitBudgetMs;

  constructor(clock: WaitClock) {
    this.#clock = clock;
  }

  get nowMs(): number {
    return this.#clock.nowMs;
  }

  count(sinceMs: number): void {
    this.#leftMs -= this.#clock.nowMs - sinceMs;
  }

  spend<Result>(ask: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#leftMs <= 0) throw new WaitedTooLongError();
      const clock = this.#clock;
      const beganMs = clock.nowMs;
      const answer = ask();
      const wait: Wait = { untilMs: beganMs + this.#leftMs, beganMs, budget: this, reject };
      clock.begin(wait);
      // Not `finally`, which makes two more promises: this is on the way of every hit in the store.
      answer.then(
        (result) => {
          clock.end(wait);
          resolve(result);
        },
        (error: unknown) => {
          clock.end(wait);
          reject(error);
        },
      );
    });
  }
}

/** For work that is nobody's to wait for. */
export const unlimited: WaitBudget = { spend: (ask) => ask(), nowMs: 0, count: () => undefined };
