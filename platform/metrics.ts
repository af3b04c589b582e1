import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { createFastHistogram, type FastHistogram } from './fast-histogram.ts';

/** From a memory hit to a request that ran into its deadline, in seconds. */
const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface Metrics {
  /** What `/metrics` prints. Each service has one of its own, so that several share a process. */
  readonly registry: Registry;
  /** A histogram of durations in seconds, with buckets that fit requests. */
  durations<Label extends string>(name: string, help: string, labels: readonly Label[]): Histogram<Label>;
  /** The same, for what happens on every request. */
  fastDurations(name: string, help: string, labels: readonly [string, string]): FastHistogram;
}

/** The metrics of one service, labelled with its name; process figures (CPU, memory, event loop lag) come with it. */
export function createMetrics(service: string): Metrics {
  const metrics = createOwnMetrics(service);
  collectDefaultMetrics({ register: metrics.registry });
  return metrics;
}

/** Without the figures of the process, which are gathered until it ends. */
export function createOwnMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  return {
    registry,
    durations(name, help, labels) {
      return new Histogram({
        name,
        help,
        labelNames: labels,
        buckets: latencyBuckets,
        registers: [registry],
      });
    },
    fastDurations: (name, help, labelNames) =>
      createFastHistogram({ registry, name, help, labelNames, buckets: latencyBuckets }),
  };
}
