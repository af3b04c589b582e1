import { createHash } from 'node:crypto';

/** A stream of numbers that is the same for the same seed, on every machine. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, end). */
  below(end: number): number;
  /**
   * A whole number in [0, end) that is small more often than not, as popularity is: with skew 3, half of all picks fall
   * on the first eighth.
   */
  skewed(end: number, skew?: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** mulberry32 by Tommy Ettinger: 32 bits of state, more than good enough for made-up people. */
export function createRandom(seed: string): Random {
  let state = hashOf(seed);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  return {
    next,
    below,
    skewed: (end, skew = 3) => Math.floor(next() ** skew * end),
    pick: (items) => items[below(items.length)] ?? items[0],
  };
}

/** FNV-1a: spreads similar names well enough to begin a stream with. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

/**
 * A UUIDv7 of the given moment that is the same for the same name, so that both databases know the same users without
 * asking each other.
 */
export function uuidOf(name: string, time: Date): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes.writeUIntBE(time.getTime(), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
