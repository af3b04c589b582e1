import { CallFailure } from './call-failure.ts';
import type { SubgraphCall, SubgraphResponse } from './plain-calls.ts';

/** An operation that is to be sent, or was, and all who wait for its answer, each until its own deadline. */
export interface WaitingCall {
  /** As the first of them asked, with the latest deadline of all. */
  readonly call: SubgraphCall;
  /** Whether the answer is still to come, and anybody waits for it. */
  readonly isOpen: boolean;
  /** One more who waits: until their deadline, or until they leave. */
  join(asked: Pick<SubgraphCall, 'deadline' | 'gone'>): Promise<SubgraphResponse>;
  resolve(response: SubgraphResponse): void;
  reject(error: unknown): void;
  /**
   * Whoever deals with the operation at the moment hears when it no longer has to.
   *
   * @param listener.isSettled false: nobody waits any more
   */
  onClosed(listener: (isSettled: boolean) => void): void;
}

interface Waiter {
  readonly resolve: (response: SubgraphResponse | Promise<never>) => void;
  readonly reject: (error: unknown) => void;
  /** No longer looks at the time and at who leaves. */
  readonly unwatch: () => void;
}

export function createWaitingCall(call: SubgraphCall): WaitingCall {
  const waiters = new Set<Waiter>();
  let latest = call.deadline;
  let closed: (isSettled: boolean) => void = () => {};

  /** Ends the wait of all. */
  const close = (settle: (waiter: Waiter, isFirst: boolean) => void) => {
    let isFirst = true;
    for (const waiter of waiters) {
      waiter.unwatch();
      settle(waiter, isFirst);
      isFirst = false;
    }
    waiters.clear();
    closed(true);
  };

  return {
    get call() {
      return latest === call.deadline ? call : { ...call, deadline: latest };
    },
    get isOpen() {
      return waiters.size > 0;
    },
    join({ deadline, gone }) {
      latest = Math.max(latest, deadline);
      return new Promise((resolve, reject) => {
        const giveUp = (failure: CallFailure) => {
          waiter.unwatch();
          waiters.delete(waiter);
          reject(failure);
          if (waiters.size === 0) closed(false);
        };
        const late = () => giveUp(new CallFailure('timeout', 'no answer before the deadline'));
        const leave = () => giveUp(new CallFailure('abandoned', 'nobody is there any more'));
        const timer = setTimeout(late, Math.max(0, deadline - Date.now()));
        gone?.addEventListener('abort', leave);
        const unwatch = () => {
          clearTimeout(timer);
          gone?.removeEventListener('abort', leave);
        };
        const waiter: Waiter = { resolve, reject, unwatch };
        waiters.add(waiter);
        if (gone?.aborted) leave();
      });
    },
    resolve(response) {
      if (waiters.size === 0) return;
      // An executor builds its answer out of the data it is given: what one does to it must not be seen by another.
      close((waiter, isFirst) => waiter.resolve(isFirst ? response : copyOf(response)));
    },
    reject(error) {
      if (waiters.size > 0) close((waiter) => waiter.reject(error));
    },
    onClosed(listener) {
      closed = listener;
    },
  };
}

/** What is nested too deeply to be copied fails those who would get the copy; its depth is the subgraph's choice. */
function copyOf(response: SubgraphResponse): SubgraphResponse | Promise<never> {
  try {
    return { ...response, answer: structuredClone(response.answer) };
  } catch (cause) {
    return Promise.reject(new CallFailure('nonsense', 'the answer cannot be copied', { cause }));
  }
}
