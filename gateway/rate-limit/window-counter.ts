/** So many are counted at most; when more come, all begin anew. */
const mostCounted = 100_000;

/**
 * Counts per client in fixed windows, without a timer or a promise for each.
 *
 * @returns counts one more, and says whether it is within the limit
 */
export function createWindowCounter(limit: number, windowMs: number): (client: string) => boolean {
  const counts = new Map<string, { count: number }>();
  let endsAt = performance.now() + windowMs;

  return (client) => {
    const now = performance.now();
    if (now >= endsAt || counts.size >= mostCounted) {
      counts.clear();
      endsAt = now + windowMs;
    }
    let counted = counts.get(client);
    if (counted === undefined) {
      counted = { count: 0 };
      counts.set(client, counted);
    }
    counted.count += 1;
    return counted.count <= limit;
  };
}
