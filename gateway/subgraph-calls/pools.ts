import { Gauge } from 'prom-client';
import { Pool } from 'undici';
import type { Metrics } from '../../platform/metrics.ts';

/** Connections to one origin; each carries one call at a time. */
const connectionsPerOrigin = 64;
const connectTimeoutMs = 2_000;
/** Below the 5 s after which a Node server closes an idle connection, where the server doesn't tell its own. */
const idleTimeoutMs = 4_000;

export interface Pools {
  /** The connections to an origin; opened on first use. */
  to(origin: string): Pool;
  /** Closes, once their calls have finished, the pools that none of these addresses needs. */
  keepOnly(addresses: Iterable<URL>): void;
  close(): Promise<void>;
}

/** One pool of keep-alive connections per origin. Its figures are read when somebody asks for the metrics. */
export function createPools(metrics: Metrics): Pools {
  const pools = new Map<string, Pool>();
  const closing = new Set<Promise<void>>();

  new Gauge({
    name: 'gateway_subgraph_pool',
    help: 'Connections (connected, free) and calls (pending, running, queued) by subgraph origin.',
    labelNames: ['origin', 'figure'] as const,
    registers: [metrics.registry],
    collect() {
      this.reset();
      for (const [origin, { stats }] of pools)
        for (const figure of ['connected', 'free', 'pending', 'running', 'queued'] as const)
          this.set({ origin, figure }, stats[figure]);
    },
  });

  const retire = (origin: string, pool: Pool) => {
    pools.delete(origin);
    const closed = pool.close().finally(() => closing.delete(closed));
    closing.add(closed);
  };

  return {
    to(origin) {
      const existing = pools.get(origin);
      if (existing !== undefined) return existing;
      const pool = new Pool(origin, {
        connections: connectionsPerOrigin,
        pipelining: 1,
        connectTimeout: connectTimeoutMs,
        keepAliveTimeout: idleTimeoutMs,
        // Every call has a deadline of its own, which covers headers and body together.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      pools.set(origin, pool);
      return pool;
    },

    keepOnly(addresses) {
      const needed = new Set(Array.from(addresses, ({ origin }) => origin));
      for (const [origin, pool] of pools) if (!needed.has(origin)) retire(origin, pool);
    },

    async close() {
      for (const [origin, pool] of pools) retire(origin, pool);
      await Promise.all(closing);
    },
  };
}
