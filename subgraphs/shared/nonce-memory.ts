/** Nonces that are forgotten together, by when their calls were signed, in milliseconds. */
const sliceMs = 5_000;

/** Remembers which signed calls came, for as long as their signatures hold. */
export interface NonceMemory {
  /**
   * Notes a call whose signature holds at the moment.
   *
   * @param signedAt in milliseconds since the epoch, as `now`
   * @returns false if it has come before, or if that can't be told any more
   */
  isFirst(nonce: string, signedAt: number, now: number): boolean;
  /** How many it remembers. */
  readonly size: number;
}

/**
 * @param options.windowMs for how long after it was signed a signature holds
 * @param options.most so many are remembered at most. When more come, the oldest are forgotten, and what was signed as long ago
 *   is refused from then on: calls are signed when they are sent, so nobody but who repeats one is late.
 */
export function createNonceMemory(options: { windowMs: number; most: number }): NonceMemory {
  const { windowMs, most } = options;
  const slices = new Map<number, Set<string>>();
  let size = 0;
  let knownSince = Number.NEGATIVE_INFINITY;

  const forget = (slice: number) => {
    size -= slices.get(slice)?.size ?? 0;
    slices.delete(slice);
  };

  const open = (slice: number, now: number): Set<string> => {
    for (const old of slices.keys()) if ((old + 1) * sliceMs + windowMs < now) forget(old);
    const opened = new Set<string>();
    slices.set(slice, opened);
    return opened;
  };

  return {
    isFirst(nonce, signedAt, now) {
      if (signedAt < knownSince) return false;
      const slice = Math.floor(signedAt / sliceMs);
      const used = slices.get(slice) ?? open(slice, now);
      if (used.has(nonce)) return false;
      if (size >= most) {
        const oldest = Math.min(...slices.keys());
        knownSince = (oldest + 1) * sliceMs;
        forget(oldest);
        if (oldest === slice) return false;
      }
      used.add(nonce);
      size += 1;
      return true;
    },
    get size() {
      return size;
    },
  };
}
