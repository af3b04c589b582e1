import { setTimeout } from 'node:timers/promises';
import { type LoadGenerator, type LoadRequest, requireAnswers } from '../load/load-generator.ts';
import type { System } from '../systems/system.ts';
import type { Answer } from './ask.ts';
import { rotate } from './statistics.ts';
import { type Figures, peakOf, perRequest, usageOf } from './usage.ts';
import { firstWarmUp, nextWarmUp, type WarmUp, warmUp } from './warm-up.ts';

/** A system is idle that needs less than this share of a processor for this long; relays always need some. */
const idleShare = 0.3;
const idleMs = 100;
/** Of what was on its way when a generator stopped. */
const longestWorkMs = 2_000;

/** What one system did in one round. */
export interface Sample {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** For each request, by process; empty where the operating system has no /proc. */
  readonly cpuMs: Figures;
  /** For each request. */
  readonly counters: Figures;
  /** What is neither, by what tables call it. */
  readonly figures: Figures;
}

export interface RoundOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly signal: AbortSignal;
}

/** A system with what it is asked, and what it has to answer. */
export interface Contestant {
  readonly system: System;
  readonly request: LoadRequest;
  readonly expected: Answer;
}

/**
 * Measures the systems one after the other, round after round: what else the machine does meets all of them alike, and
 * only figures of one run are compared.
 *
 * @param before is called before each measurement
 * @returns the samples of each system, by its id
 */
export async function measureInRounds(
  contestants: readonly Contestant[],
  load: LoadGenerator,
  options: RoundOptions,
  before: () => Promise<void>,
): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>(contestants.map(({ system }) => [system.id, []]));
  for (let round = 0; round < options.rounds; round += 1) {
    for (const contestant of rotate(contestants, round)) {
      await before();
      const enough = round === 0 ? firstWarmUp : nextWarmUp;
      samples.get(contestant.system.id)?.push(await measureOnce(contestant, load, options, enough));
    }
  }
  return samples;
}

async function measureOnce(
  { system, request, expected }: Contestant,
  load: LoadGenerator,
  options: RoundOptions,
  enough: WarmUp,
): Promise<Sample> {
  try {
    await warmUp(request, load, options, enough);
    await untilIdle(system);
    const before = await usageOf(system);
    const result = await load.run(request, options);
    const after = await usageOf(system);
    requireAnswers(result, expected);
    return {
      requestsPerSecond: result.requests / result.seconds,
      p50Ms: result.p50Ms,
      p99Ms: result.p99Ms,
      ...perRequest(before, after, result.requests),
      figures: await peakOf(system),
    };
  } catch (error) {
    options.signal.throwIfAborted();
    throw new Error(`${system.name}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/**
 * A generator that stops leaves a request on its way for each of its connections. Their work must not be taken for that of
 * the requests that are measured.
 */
async function untilIdle(system: System): Promise<void> {
  const deadlineMs = performance.now() + longestWorkMs;
  let last = totalOf(await usageOf(system));
  while (performance.now() < deadlineMs) {
    await setTimeout(idleMs);
    const now = totalOf(await usageOf(system));
    if (now - last <= idleMs * idleShare) return;
    last = now;
  }
}

function totalOf({ cpuMs }: { cpuMs: Figures }): number {
  return Object.values(cpuMs).reduce((sum, time) => sum + time, 0);
}
