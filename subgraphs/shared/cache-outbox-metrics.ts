import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

interface Figures {
  readonly age: number;
  readonly rows: number;
  readonly dead: number;
}

/** Shown where the database doesn't answer: neither zero nor the last figure would be true. */
const unknown: Figures = { age: Number.NaN, rows: Number.NaN, dead: Number.NaN };

/** So many are counted at most: by then the figure has said what it has to say. */
const mostCounted = 100_000;

const figures = `
  SELECT
    coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS age,
    count(*)::integer AS rows,
    (SELECT n_dead_tup::float8 FROM pg_stat_user_tables WHERE relid = 'cache_outbox'::regclass) AS dead
  FROM (SELECT created_at FROM cache_outbox ORDER BY id LIMIT ${mostCounted}) AS waiting`;

/**
 * How far the relay is behind. Asked of the database at each scrape, not remembered by the relay, which doesn't get to look
 * while the cache is away.
 */
export function addCacheOutboxMetrics(pool: Pool, registry: Registry): void {
  // A scrape collects all gauges at once: they share one statement.
  let pending: Promise<Figures> | undefined;
  const read = () => {
    pending ??= pool
      .query<Figures>(figures)
      .then(({ rows: [found] }) => found ?? unknown)
      .catch(() => unknown)
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };
  const gauge = (name: string, help: string, figure: keyof Figures) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set((await read())[figure]);
      },
    });
  gauge(
    'cache_outbox_oldest_row_age_seconds',
    'How long the oldest invalidation has waited to be published; 0 when none does',
    'age',
  );
  gauge('cache_outbox_rows', 'Invalidations that wait to be published', 'rows');
  gauge('cache_outbox_dead_rows', 'Published ones that autovacuum has still to clear away', 'dead');
}
