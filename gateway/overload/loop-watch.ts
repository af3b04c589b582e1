import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the event loop is: what shows first when a process has more to do than it can. */
export interface LoopWatch {
  /** For more than one bad moment: a long pause (a garbage collection, the start) is all there is of its sample. */
  readonly isLate: boolean;
  /** For so long that others should take over. */
  readonly isLateForLong: boolean;
  stop(): void;
}

const sampleMs = 500;
/** In a row. */
const lateSamples = 2;
const longLateSamples = 4;
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
  let inARow = 0;
  const stop = every(sampleMs, () => {
    inARow = measure() > mostMs ? inARow + 1 : 0;
  });
  return {
    get isLate() {
      return inARow >= lateSamples;
    },
    get isLateForLong() {
      return inARow >= longLateSamples;
    },
    stop,
  };
}

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
