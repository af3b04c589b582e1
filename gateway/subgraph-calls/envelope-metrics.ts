import { Counter, Histogram } from 'prom-client';
import { mostMembers } from '../../platform/envelope.ts';
import type { Metrics } from '../../platform/metrics.ts';

export interface EnvelopeMetrics {
  readonly members: Histogram<'subgraph'>;
  readonly joined: Counter<'subgraph'>;
}

export function createEnvelopeMetrics({ registry }: Metrics): EnvelopeMetrics {
  return {
    members: new Histogram({
      name: 'gateway_subgraph_envelope_members',
      help: 'Operations that an envelope carried to a subgraph.',
      labelNames: ['subgraph'],
      buckets: [2, 4, 8, 16, 32, mostMembers],
      registers: [registry],
    }),
    joined: new Counter({
      name: 'gateway_subgraph_calls_joined_total',
      help: 'Calls to subgraphs that were not sent, because the same one was about to be.',
      labelNames: ['subgraph'],
      registers: [registry],
    }),
  };
}
