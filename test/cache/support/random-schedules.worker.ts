import { parentPort, workerData } from 'node:worker_threads';
import { playSchedules, simulatedServer } from './random-schedules.ts';
import { memoryWorld } from './store-worlds.ts';

/**
 * In a thread of its own: the test runner watches every promise of its thread, which takes longer than the schedules.
 */
const tally = await playSchedules(workerData.runs, process.env, async () =>
  [1, 2, 3].map(() => simulatedServer(memoryWorld())),
);
parentPort?.postMessage(tally);
