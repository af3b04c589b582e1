import type { Random } from '../../../prisma/seed/random.ts';

/** Picks ranks in [0, count), of which the n-th comes up an n-th as often as the first: as pages are asked for. */
export function createZipf(count: number, random: Random): () => number {
  const upTo = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank += 1) {
    sum += 1 / (rank + 1);
    upTo[rank] = sum;
  }
  return () => {
    const picked = random.next() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? 0) <= picked) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
