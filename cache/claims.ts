/**
 * Who makes an answer that others ask for, too: a claim in the store keeps other gateways from the same work, and this is
 * where those who ask meanwhile wait, all for one and without asking the store each.
 */
export interface Claims {
  /** This process makes the answer, until {@link Claims.end} or for so long. */
  hold(key: string, ms: number): void;
  holds(key: string): boolean;
  /** The answer was made, or isn't going to be. */
  end(key: string): void;
  /** Looks after the claim of another gateway; whoever asks meanwhile waits for this one to be done. */
  watch(key: string, look: () => Promise<void>): Promise<void>;
  /** Whether anybody has asked, while this process makes the answer, when it will be there. */
  isAwaited(key: string): boolean;
  /** Resolves when the work that is known of is done; undefined if none is. */
  underWay(key: string): Promise<void> | undefined;
}

interface Held {
  readonly done: PromiseWithResolvers<void>;
  readonly timer: NodeJS.Timeout;
  isAwaited: boolean;
}

export function createClaims(): Claims {
  const held = new Map<string, Held>();
  const watched = new Map<string, Promise<void>>();

  const end = (key: string) => {
    const claim = held.get(key);
    held.delete(key);
    clearTimeout(claim?.timer);
    claim?.done.resolve();
  };

  return {
    hold(key, ms) {
      end(key);
      held.set(key, {
        done: Promise.withResolvers(),
        timer: setTimeout(end, ms, key).unref(),
        isAwaited: false,
      });
    },
    holds: (key) => held.has(key),
    end,
    watch(key, look) {
      const watching = look().finally(() => watched.delete(key));
      watched.set(key, watching);
      return watching;
    },
    isAwaited: (key) => held.get(key)?.isAwaited === true,
    underWay(key) {
      const claim = held.get(key);
      if (claim === undefined) return watched.get(key);
      claim.isAwaited = true;
      return claim.done.promise;
    },
  };
}
