import { Counter, Gauge } from 'prom-client';
import type { Metrics } from '../../platform/metrics.ts';
import type { LoopWatch } from './loop-watch.ts';

/** Refuses work that would only make everybody wait. */
export interface OverloadGate {
  /** Runs the work; undefined, at once, if there is too much of it already. */
  run<Result>(work: () => Promise<Result>): Promise<Result> | undefined;
}

/**
 * For operations that have to be executed: what the cache answers costs next to nothing and is served all the same.
 *
 * @param options.mostAtOnce operations in execution; above that each one more only holds memory until its deadline
 */
export function createOverloadGate(
  options: { mostAtOnce: number },
  { loop, metrics: { registry } }: { loop: Pick<LoopWatch, 'isLate'>; metrics: Pick<Metrics, 'registry'> },
): OverloadGate {
  const { mostAtOnce } = options;
  let running = 0;
  const refused = new Counter({
    name: 'gateway_overload_refusals_total',
    help: 'Operations that were not executed, because too many were (in_flight) or the event loop was late (event_loop).',
    labelNames: ['reason'] as const,
    registers: [registry],
  });
  new Gauge({
    name: 'gateway_operations_in_flight',
    help: 'Operations in execution.',
    registers: [registry],
    collect() {
      this.set(running);
    },
  });

  const countRunning = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
    }
  };

  return {
    run(work) {
      const reason = running >= mostAtOnce ? 'in_flight' : loop.isLate ? 'event_loop' : undefined;
      if (reason !== undefined) {
        refused.inc({ reason });
        return undefined;
      }
      return countRunning(work);
    },
  };
}
