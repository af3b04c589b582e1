import { Counter, Gauge } from 'prom-client';
import type { Metrics } from '../../platform/metrics.ts';

/** What is done about subgraphs that fail. */
export interface TrafficMetrics {
  readonly breakerOpen: Gauge<'subgraph'>;
  readonly repeats: Counter<'subgraph' | 'outcome'>;
}

export function createTrafficMetrics({ registry }: Metrics): TrafficMetrics {
  return {
    breakerOpen: new Gauge({
      name: 'gateway_subgraph_breaker_open',
      help: '1 while nothing is sent to a subgraph, because too many calls to it have failed.',
      labelNames: ['subgraph'],
      registers: [registry],
    }),
    repeats: new Counter({
      name: 'gateway_subgraph_repeats_total',
      help: 'Queries that failed in passing: sent once more, or not, because too many are.',
      labelNames: ['subgraph', 'outcome'],
      registers: [registry],
    }),
  };
}
