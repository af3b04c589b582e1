import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the event loop is: what shows first when a process has more to do than it can. */
export interface LoopWatch {
  /** On average of the last sample. */
  readonly isLate: boolean;
  /** For so many samples in a row that it is no passing matter. */
  readonly isLateForLong: boolean;
  stop(): void;
}

const sampleMs = 500;
/** Two seconds: a balancer that asks less often would otherwise hear of a single bad moment. */
const longSamples = 4;
/** How often, in milliseconds, the delay is measured within a sample. */
const resolutionMs = 20;

/**
 * @param options.mostMs the average delay from which on the loop is late
 * @param options.measure the average delay, in milliseconds, since it was last called
 * @param options.every calls a function every so many milliseconds until the function it returns is called
 */
export function createLoopWatch(options: {
  mostMs: number;
  measure?: () => number;
  every?: (ms: number, act: () => void) => () => void;
}): LoopWatch {
  const { mostMs, measure = createDelayMeasure(), every = repeat } = options;
  let lateSamples = 0;
  const stop = every(sampleMs, () => {
    lateSamples = measure() > mostMs ? lateSamples + 1 : 0;
  });
  return {
    get isLate() {
      return lateSamples > 0;
    },
    get isLateForLong() {
      return lateSamples >= longSamples;
    },
    stop,
  };
}

/** An average, because one long pause (a garbage collection, a large query plan) is no overload. */
function createDelayMeasure(): () => number {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  return () => {
    // Without a sample the mean is no number. Each is the time between two looks.
    const meanMs = delays.count === 0 ? 0 : delays.mean / 1e6 - resolutionMs;
    delays.reset();
    return meanMs;
  };
}

function repeat(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms).unref();
  return () => clearInterval(timer);
}
