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
}

class WaitedTooLongError extends Error {
  override readonly name = 'WaitedTooLongError';
  constructor() {
    super('The request has waited for the cache for as long as it may.');
  }
}

/**
 * Makes budgets that share a clock. It counts a turn of the event loop that takes long as one tick: what came meanwhile is
 * read only after it, and a herd of clients would make a quick Redis look slow.
 */
export function createWaitBudgets(): () => WaitBudget {
  let nowMs = 0;
  let ticking: NodeJS.Timeout | undefined;
  const waiting = new Set<{ readonly untilMs: number; giveUp(): void }>();

  const tick = () => {
    nowMs += tickMs;
    for (const { untilMs, giveUp } of waiting) if (nowMs >= untilMs) giveUp();
    if (waiting.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };

  return () => {
    let leftMs = waitBudgetMs;
    return {
      spend: (ask) =>
        new Promise((resolve, reject) => {
          if (leftMs <= 0) throw new WaitedTooLongError();
          const beganMs = nowMs;
          const answer = ask();
          const end = () => {
            // Once: work that was given up ends, too.
            if (waiting.delete(wait)) leftMs -= nowMs - beganMs;
          };
          const giveUp = () => {
            end();
            reject(new WaitedTooLongError());
          };
          const wait = { untilMs: beganMs + leftMs, giveUp };
          waiting.add(wait);
          ticking ??= setInterval(tick, tickMs).unref();
          // Not `finally`, which makes two more promises: this is on the way of every hit.
          answer.then(
            (result) => {
              end();
              resolve(result);
            },
            (error: unknown) => {
              end();
              reject(error);
            },
          );
        }),
    };
  };
}

/** For work that is nobody's to wait for. */
export const unlimited: WaitBudget = { spend: (ask) => ask() };
