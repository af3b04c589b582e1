import { CallFailure } from './call-failure.ts';
import type { SubgraphCall, SubgraphResponse } from './plain-calls.ts';

/** An operation that is to be sent, or was, and all who wait for its answer, each until its own deadline. */
export interface WaitingCall {
  /** As the first of them asked, with the latest deadline of all. */
  readonly call: SubgraphCall;
  /** Whether the answer is still to come, and anybody waits for it. */
  readonly isOpen: boolean;
  /** One more who waits. */
  join(deadline: number): Promise<SubgraphResponse>;
  resolve(response: SubgraphResponse): void;
  reject(error: unknown): void;
  /** Whoever deals with the operation at the moment hears when it no longer has to: it was answered, or nobody waits. */
  onClosed(listener: () => void): void;
}

interface Waiter {
  readonly resolve: (response: SubgraphResponse) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

export function createWaitingCall(call: SubgraphCall): WaitingCall {
  const waiters = new Set<Waiter>();
  let latest = call.deadline;
  let closed = () => {};

  /** Ends the wait of all. */
  const close = (settle: (waiter: Waiter, isFirst: boolean) => void) => {
    let isFirst = true;
    for (const waiter of waiters) {
      clearTimeout(waiter.timer);
      settle(waiter, isFirst);
      isFirst = false;
    }
    waiters.clear();
    closed();
  };

  return {
    get call() {
      return latest === call.deadline ? call : { ...call, deadline: latest };
    },
    get isOpen() {
      return waiters.size > 0;
    },
    join(deadline) {
      latest = Math.max(latest, deadline);
      return new Promise((resolve, reject) => {
        const giveUp = () => {
          waiters.delete(waiter);
          reject(new CallFailure('timeout', 'no answer before the deadline'));
          if (waiters.size === 0) closed();
        };
        const timer = setTimeout(giveUp, Math.max(0, deadline - Date.now()));
        const waiter: Waiter = { resolve, reject, timer };
        waiters.add(waiter);
      });
    },
    resolve(response) {
      if (waiters.size === 0) return;
      // An executor builds its answer out of the data it is given: what one does to it must not be seen by another.
      close(({ resolve }, isFirst) =>
        resolve(isFirst ? response : { ...response, answer: structuredClone(response.answer) }),
      );
    },
    reject(error) {
      if (waiters.size > 0) close(({ reject }) => reject(error));
    },
    onClosed(listener) {
      closed = listener;
    },
  };
}
