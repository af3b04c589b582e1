import { formatPosition, type Position, parsePosition } from './position.ts';
import type { Flush } from './relay.ts';

/** Under this name a subgraph says in the `extensions` of its answer to a mutation what became of its flush (rule 4). */
export const flushReportName = 'cachePosition';

/** What {@link readFlushReport} reads, as it goes over the wire. */
export type FlushReport = { readonly position: string } | { readonly bypassMs: number };

export function toFlushReport(flush: Flush): FlushReport {
  return flush.published ? { position: formatPosition(flush.position) } : { bypassMs: flush.bypassMs };
}

/**
 * What a gateway makes of it: the position from which on answers hold what was written, or for how long the client that wrote
 * looks past the cache.
 *
 * @param extensions of the subgraph's answer, whatever that is
 * @returns undefined where there is no report, or none that we understand: the subgraph is somebody else's
 */
export function readFlushReport(
  extensions: unknown,
): { readonly position: Position } | { readonly bypassMs: number } | undefined {
  const report = field(extensions, flushReportName);
  const position = field(report, 'position');
  const bypassMs = field(report, 'bypassMs');
  if (typeof position === 'string') {
    const parsed = parsePosition(position);
    return parsed && { position: parsed };
  }
  return typeof bypassMs === 'number' && bypassMs >= 0 ? { bypassMs } : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
