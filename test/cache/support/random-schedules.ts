import fc from 'fast-check';
import { type SimulatedServer, simulate, type Tally } from './simulation.ts';
import type { StoreWorld } from './store-worlds.ts';

const schedules = fc.array(fc.nat({ max: 40 * 720 - 1 }), { minLength: 20, maxLength: 60, size: 'max' });

/** From the environment: `MODEL_RUNS=1000000` for more, `MODEL_SEED` and `MODEL_PATH` to play again what failed. */
export interface ModelSettings {
  readonly MODEL_RUNS?: string | undefined;
  readonly MODEL_SEED?: string | undefined;
  readonly MODEL_PATH?: string | undefined;
}

/**
 * Plays random schedules.
 *
 * @returns what happened in all of them
 * @throws Error with the shortest schedule that was found to fail, its seed and its path
 */
export async function playSchedules(
  runs: number,
  { MODEL_RUNS, MODEL_SEED, MODEL_PATH }: ModelSettings,
  prepare: () => Promise<readonly SimulatedServer[]>,
): Promise<Tally> {
  const sum: Tally = { local: 0, shared: 0, joined: 0, executed: 0, acknowledged: 0, unacknowledged: 0 };
  const played = fc.asyncProperty(schedules, async (choices) => {
    const tally = await simulate(choices, await prepare());
    for (const name of Object.keys(sum) as (keyof Tally)[]) sum[name] += tally[name];
  });
  await fc.assert(played, {
    numRuns: MODEL_RUNS === undefined ? runs : Number(MODEL_RUNS),
    ...(MODEL_SEED === undefined ? {} : { seed: Number(MODEL_SEED) }),
    ...(MODEL_PATH === undefined ? {} : { path: MODEL_PATH }),
  });
  return sum;
}

export function simulatedServer(
  world: StoreWorld,
  ...faults: readonly (() => Promise<unknown>)[]
): SimulatedServer {
  return { store: world.store, pass: world.pass, faults: [world.loseEverything, ...faults] };
}
