/** So many clients are counted at most; when more come, all begin anew. */
const mostClients = 100_000;

/**
 * Counts per client in fixed windows, without a timer or a promise for each.
 *
 * @returns counts one more, and says whether it is within the limit
 */
export function createWindowCounter(limit: number, windowMs: number): (client: string) => boolean {
  const counts = new Map<string, number>();
  let endsAt = performance.now() + windowMs;

  return (client) => {
    const now = performance.now();
    if (now >= endsAt || counts.size >= mostClients) {
      counts.clear();
      endsAt = now + windowMs;
    }
    const count = (counts.get(client) ?? 0) + 1;
    counts.set(client, count);
    return count <= limit;
  };
}
