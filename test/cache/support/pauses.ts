/** A call to an object that a test holds up, lets through or makes fail. */
export interface HeldCall {
  readonly method: string;
  /** Does what was called for, and returns its result to the caller. */
  proceed(): Promise<void>;
  /** Does what was called for, and resolves when that is done; its result is under way until it is delivered. */
  answer(): Promise<{ deliver(): Promise<void> }>;
  /** The connection is lost: before the call arrived, or after it was carried out. */
  lose(when: 'before' | 'after'): Promise<void>;
}

/** Wraps an object so that each call to it waits until the test says how it ends: any interleaving can be played. */
export function holdCalls<Target extends object>(target: Target) {
  const arrived: HeldCall[] = [];
  let wanted: ((call: HeldCall) => void) | undefined;
  const announce = (call: HeldCall) => {
    if (wanted === undefined) arrived.push(call);
    else wanted(call);
    wanted = undefined;
  };
  const held = new Proxy(target, {
    get(_, method) {
      const original: unknown = Reflect.get(target, method, target);
      if (typeof original !== 'function') return original;
      return (...args: unknown[]) => {
        const result = Promise.withResolvers<unknown>();
        const carryOut = async () => original.apply(target, args);
        const answer = async () => {
          const carriedOut = carryOut();
          await carriedOut.catch(() => {});
          return { deliver: () => carriedOut.then(result.resolve, result.reject) };
        };
        announce({
          method: String(method),
          answer,
          proceed: async () => (await answer()).deliver(),
          lose: async (when) => {
            if (when === 'after') await carryOut();
            result.reject(new Error(`The connection was lost ${when} ${String(method)}.`));
          },
        });
        return result.promise;
      };
    },
  });

  /** The next call. Asked again before there was one, it is the same one that is waited for. */
  const next = async (): Promise<HeldCall> =>
    arrived.shift() ??
    new Promise<HeldCall>((resolve) => {
      wanted = resolve;
    });
  /** Lets calls through until one of a method is there, which stays held. */
  const proceedUntil = async (method: string): Promise<HeldCall> => {
    for (;;) {
      const call = await next();
      if (call.method === method) return call;
      await call.proceed();
    }
  };
  /** Lets calls through up to and including the first one of a method. */
  const proceedThrough = async (method: string): Promise<void> => {
    await (await proceedUntil(method)).proceed();
  };
  /** Lets every call through until some work has ended. */
  const proceedWith = async <Result>(work: Promise<Result>): Promise<Result> => {
    const ended = work.then(
      () => undefined,
      () => undefined,
    );
    for (;;) {
      const call = await Promise.race([next(), ended]);
      if (call === undefined) {
        wanted = undefined;
        return work;
      }
      await call.proceed();
    }
  };
  return { held, next, proceedUntil, proceedThrough, proceedWith };
}
