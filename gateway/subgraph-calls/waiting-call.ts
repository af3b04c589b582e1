import type { Departure } from '../../platform/departure.ts';
import { CallFailure } from './call-failure.ts';
import type { SubgraphCall, SubgraphResponse } from './plain-calls.ts';

interface Waiter {
  readonly resolve: (response: SubgraphResponse | Promise<never>) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
  readonly gone: Departure | undefined;
  readonly leave: () => void;
}

/**
 * An operation that is to be sent, or was, and all who wait for its answer, each until its own deadline. A class, because an object
 * with getters of its own costs more than all that is done with it.
 */
export class WaitingCall {
  readonly #first: SubgraphCall;
  #latest: number;
  #waiters: Waiter[] = [];
  #closed: (isSettled: boolean) => void = () => {};

  /** @param first as the first of them asks; who has still to {@link join} */
  constructor(first: SubgraphCall) {
    this.#first = first;
    this.#latest = first.deadline;
  }

  /** As the first of them asked, with the latest deadline of all. */
  get call(): SubgraphCall {
    const latest = this.#latest;
    return latest === this.#first.deadline ? this.#first : { ...this.#first, deadline: latest };
  }

  /** Whether the answer is still to come, and anybody waits for it. */
  get isOpen(): boolean {
    return this.#waiters.length > 0;
  }

  /** One more who waits: until their deadline, or until they leave. */
  join({ deadline, gone }: Pick<SubgraphCall, 'deadline' | 'gone'>): Promise<SubgraphResponse> {
    this.#latest = Math.max(this.#latest, deadline);
    return new Promise((resolve, reject) => {
      const late = () => this.#giveUp(waiter, new CallFailure('timeout', 'no answer before the deadline'));
      const leave = () => this.#giveUp(waiter, new CallFailure('abandoned', 'nobody is there any more'));
      const timer = setTimeout(late, Math.max(0, deadline - Date.now()));
      const waiter: Waiter = { resolve, reject, timer, gone, leave };
      gone?.listen(leave);
      this.#waiters.push(waiter);
      if (gone?.hasLeft) leave();
    });
  }

  resolve(response: SubgraphResponse): void {
    // An executor builds its answer out of the data it is given: what one does to it must not be seen by another.
    this.#settle((waiter, isFirst) => waiter.resolve(isFirst ? response : copyOf(response)));
  }

  reject(error: unknown): void {
    this.#settle((waiter) => waiter.reject(error));
  }

  /**
   * Whoever deals with the operation at the moment hears when it no longer has to.
   *
   * @param listener.isSettled false: nobody waits any more
   */
  onClosed(listener: (isSettled: boolean) => void): void {
    this.#closed = listener;
  }

  /** Ends the wait of all. */
  #settle(end: (waiter: Waiter, isFirst: boolean) => void): void {
    if (!this.isOpen) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      unwatch(waiter);
      end(waiter, waiter === waiters[0]);
    }
    this.#closed(true);
  }

  /** Ends the wait of one. */
  #giveUp(waiter: Waiter, failure: CallFailure): void {
    unwatch(waiter);
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
    waiter.reject(failure);
    if (!this.isOpen) this.#closed(false);
  }
}

/** Looks no longer at the time, and at who leaves. */
function unwatch({ timer, gone, leave }: Waiter): void {
  clearTimeout(timer);
  gone?.unlisten(leave);
}

/** What is nested too deeply to be copied fails those who would get the copy; its depth is the subgraph's choice. */
function copyOf(response: SubgraphResponse): SubgraphResponse | Promise<never> {
  try {
    return { ...response, answer: structuredClone(response.answer) };
  } catch (cause) {
    return Promise.reject(new CallFailure('nonsense', 'the answer cannot be copied', { cause }));
  }
}
