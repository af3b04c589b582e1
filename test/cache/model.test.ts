import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { withoutRedis } from '../support/redis.ts';
import { playSchedules, simulatedServer } from './support/random-schedules.ts';
import type { Tally } from './support/simulation.ts';
import { redisWorld, useRedis } from './support/store-worlds.ts';

/**
 * Random schedules of everything at once, against a trivially correct model. A failure prints a seed and a path; to
 * play it again: `MODEL_SEED=... MODEL_PATH=... node --test test/cache/model.test.ts`. For more of them:
 * `MODEL_RUNS=1000000`.
 */
useRedis();

/** A cache that never serves is never stale, either. Of another number of schedules than usual nothing is expected. */
const atLeast = (least: Partial<Tally>, sum: Tally) => {
  if (process.env.MODEL_RUNS !== undefined || process.env.MODEL_PATH !== undefined) return;
  for (const [name, count] of Object.entries(least))
    assert(sum[name as keyof Tally] >= count, `${name}: ${JSON.stringify(sum)}`);
};

test('no schedule of reads, writes, relays, time and faults gives a stale answer', async () => {
  const runs = 10_000;
  const file = new URL('./support/random-schedules.worker.ts', import.meta.url);
  // What the worker throws is thrown here.
  const [sum] = await once(new Worker(file, { workerData: { runs } }), 'message');
  atLeast({ local: runs, shared: 1_000, joined: 1_000, acknowledged: 1_000, unacknowledged: 1_000 }, sum);
});

test('nor when Redis loses or evicts what it holds', { skip: withoutRedis }, async () => {
  await using world = await redisWorld();
  const key = (name: string) => `${world.prefix}:{cache}:2:${name}`;
  const redis = simulatedServer(
    world,
    () => world.redis.del(key('state')),
    () => world.redis.del(key('marks')),
    () => world.redis.hset(key('state'), 'server', 'the one before'),
  );
  const sum = await playSchedules(200, process.env, async () => {
    await world.redis.flushall();
    return [redis];
  });
  atLeast({ local: 200, shared: 20, acknowledged: 20 }, sum);
});
