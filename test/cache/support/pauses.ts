/** A call to an object that a test holds up, lets through or makes fail. */
export interface HeldCall {
  readonly method: string;
  /** Does what was called for, and returns its result to the caller. */
  proceed(): Promise<void>;
  /** The connection is lost: before the call arrived, or after it was carried out. */
  lose(when: 'before' | 'after'): Promise<void>;
}

/**
 * Wraps an object so that each call to it waits until the test says how it ends: any interleaving of several parties can be
 * played, step by step.
 *
 * @returns the wrapped object, and `next()`, which resolves with its next call
 */
export function holdCalls<Target extends object>(target: Target) {
  const arrived: HeldCall[] = [];
  const waiting: ((call: HeldCall) => void)[] = [];
  const announce = (call: HeldCall) => {
    const wanted = waiting.shift();
    if (wanted === undefined) arrived.push(call);
    else wanted(call);
  };
  const held = new Proxy(target, {
    get(_, method) {
      const original: unknown = Reflect.get(target, method, target);
      if (typeof original !== 'function') return original;
      return (...args: unknown[]) => {
        const result = Promise.withResolvers<unknown>();
        announce({
          method: String(method),
          proceed: async () => {
            await Promise.resolve(original.apply(target, args)).then(result.resolve, result.reject);
          },
          lose: async (when) => {
            if (when === 'after') await original.apply(target, args);
            result.reject(new Error(`The connection was lost ${when} ${String(method)}.`));
          },
        });
        return result.promise;
      };
    },
  });
  const next = async (): Promise<HeldCall> =>
    arrived.shift() ?? (await new Promise<HeldCall>((resolve) => waiting.push(resolve)));
  /** Lets calls through up to and including the first one of a method. */
  const proceedThrough = async (method: string): Promise<void> => {
    for (;;) {
      const call = await next();
      await call.proceed();
      if (call.method === method) return;
    }
  };
  /** Lets calls through until one of a method is there, which stays held. */
  const proceedUntil = async (method: string): Promise<HeldCall> => {
    for (;;) {
      const call = await next();
      if (call.method === method) return call;
      await call.proceed();
    }
  };
  return { held, next, proceedThrough, proceedUntil };
}
