import { Counter, Gauge, type Registry } from 'prom-client';
import type { Found, ResponseCache } from '../../cache/response-cache.ts';

export interface CacheMetrics {
  countLookup(found: Found): void;
  /** The same cache, whose stored answers are counted. */
  measured(cache: ResponseCache): ResponseCache;
  /** Counts an answer that is not stored because of what it is. */
  countNotStored(reason: string): void;
}

type MissKind = Extract<Found, { hit: false }>['reason']['kind'];

/** There from the start, so that the first of a kind is seen as a change. */
const noHits: Record<Extract<Found, { hit: true }>['from'], number> = { local: 0, shared: 0 };
const noMisses: Record<MissKind, number> = { absent: 0, expired: 0, tag: 0, epoch: 0, lease: 0, away: 0 };

/**
 * What the cache does, on `/metrics`. Plain numbers that are read at each scrape: a hit has no time for more.
 *
 * @param localBytes how much the local cache holds
 */
export function createCacheMetrics(registry: Registry, localBytes: () => number): CacheMetrics {
  const hits = { ...noHits };
  const misses = { ...noMisses };
  const notStored = new Map<string, number>();
  let stored = 0;
  let isAway = false;

  const countNotStored = (reason: string) => {
    notStored.set(reason, (notStored.get(reason) ?? 0) + 1);
  };

  const counter = <Label extends string>(
    name: string,
    help: string,
    label: Label,
    read: () => Iterable<readonly [string, number]>,
  ) =>
    new Counter<Label>({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [value, count] of read()) this.inc({ [label]: value } as Record<Label, string>, count);
      },
    });
  counter('gateway_cache_hits_total', 'Answers found, by where', 'from', () => Object.entries(hits));
  counter('gateway_cache_misses_total', 'Answers not found, by why', 'reason', () => Object.entries(misses));
  counter('gateway_cache_not_stored_total', 'Answers made and not kept, by why', 'reason', () => notStored);
  new Counter({
    name: 'gateway_cache_stored_total',
    help: 'Answers made and kept',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(stored);
    },
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('gateway_cache_local_bytes', 'Answers in the memory of this process', localBytes);
  gauge('gateway_cache_up', 'Whether the cache could be reached when it was last asked', () =>
    isAway ? 0 : 1,
  );

  return {
    countNotStored,
    countLookup(found) {
      if (found.hit) hits[found.from] += 1;
      else misses[found.reason.kind] += 1;
      isAway = !found.hit && found.reason.kind === 'away';
    },
    measured: (cache) => ({
      ...cache,
      async store(answer, wanted) {
        const kept = await cache.store(answer, wanted);
        if (kept.stored) stored += 1;
        else countNotStored(kept.reason.kind);
        isAway = !kept.stored && kept.reason.kind === 'away';
        return kept;
      },
    }),
  };
}
