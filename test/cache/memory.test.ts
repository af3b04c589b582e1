import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { createRedisStore } from '../../cache/redis-store.ts';
import { maxKeepMs, maxMarks, pruneStep } from '../../cache/store.ts';
import { until } from '../support/poll.ts';
import { withoutRedis } from '../support/redis.ts';
import { answer } from './support/answers.ts';
import type { Remains } from './support/expired-entries.process.ts';
import { connectTo, redisWorld, useRedis } from './support/store-worlds.ts';

/** A million things that were kept leave nothing behind when their time is over, but what the limits allow. */
useRedis();

/** Redis takes its time over a million: `EXPIRED_ENTRIES=1000000 node --test test/cache/memory.test.ts`. */
const inRedis = Number(process.env.EXPIRED_ENTRIES ?? 100_000);
const batch = 1_000;

test('a process holds what its limits allow', async () => {
  const player = fork(new URL('./support/expired-entries.process.ts', import.meta.url), {
    execArgv: ['--expose-gc'],
  });
  const remains: Remains[] = [];
  player.on('message', (message) => remains.push(message as Remains));
  const [code] = await once(player, 'exit');
  assert.equal(code, 0);
  assert.equal(remains.length, 8);
  for (const { part, grown, allowed } of remains)
    assert(grown <= allowed, `${part}: ${grown} bytes, ${allowed} are allowed`);
});

test('Redis holds nothing of answers and claims, whether they were kept, given up or left', {
  skip: withoutRedis,
}, async () => {
  await using world = await redisWorld();
  const { redis } = world;
  const connection = connectTo(redis.options.path ?? '');
  // Redis' own time, and so its own way to forget.
  const store = createRedisStore({ redis: connection, prefix: 'test' });
  await store.status();
  const usedMemory = async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
  const before = await usedMemory();
  const keepMs = 500;
  let most = 0;
  for (let first = 0; first < inRedis; first += batch) {
    await Promise.all(
      Array.from({ length: batch }, async (_, index) => {
        const key = `key ${first + index}`;
        const { position } = await store.lookup({ keys: [key], encoding: 'identity', claimMs: keepMs });
        if (index % 4 === 0) return;
        if (index % 4 === 1) return store.release(key);
        return store.store(answer(position, { key, freshMs: keepMs, keepMs }));
      }),
    );
    most = Math.max(most, await redis.dbsize());
  }
  assert(most > batch);
  // Expired keys count until they were removed.
  await until('the end of all', async () => (await redis.dbsize()) === 1 || undefined, 60_000);
  assert.deepEqual(await redis.keys('*'), ['test:{cache}:2:state']);
  await until('the memory', async () => (await usedMemory()) < before + 2_000_000 || undefined, 60_000);
  connection.disconnect();
});

test('Redis holds as many marks as it may, and those of the last two days only', {
  skip: withoutRedis,
}, async () => {
  await using world = await redisWorld();
  const { redis, store, prefix } = world;
  const marks = () => redis.zcard(`${prefix}:{cache}:2:marks`);
  for (let first = 0; first < inRedis; first += batch)
    await store.invalidate(Array.from({ length: batch }, (_, index) => `posts/Post:${first + index}`));
  const full = await marks();
  assert(full >= Math.min(inRedis, maxMarks - 3 * batch) && full <= maxMarks, `${full}`);
  for (let day = 0; day < 3; day += 1) {
    await world.pass(maxKeepMs + 1);
    await store.invalidate(['posts/Post:now']);
  }
  for (let forgotten = 0; forgotten < full; forgotten += pruneStep)
    await store.invalidate(['posts/Post:now']);
  assert.equal(await marks(), 3);
});
