import { hash } from 'node:crypto';

/** A number that looks random and is the same for the same parts, wherever and whenever they are asked for. */
export function numberFrom(...parts: readonly unknown[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify(parts)).slice(0, 8), 16);
}

/** Choices that look random and are the same for the same numbers. */
export function chooseFrom(...seed: readonly number[]): (count: number) => number {
  let state = numberFrom(...seed);
  return (count) => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  };
}
