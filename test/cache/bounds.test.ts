import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createMarks } from '../../cache/marks.ts';
import { maxKeepMs } from '../../cache/store.ts';
import { withoutRedis } from '../support/redis.ts';
import { look, read, readThrough } from './support/answers.ts';
import { memoryWorld, redisWorld, testOnBothStores, useRedis } from './support/store-worlds.ts';

/** What is remembered is bounded, and forgetting is safe. */
useRedis();

testOnBothStores(
  'marks older than any entry may be are forgotten, and the floor stands for them',
  async (world) => {
    const { store } = world;
    await store.invalidate(['posts/Post:old']);
    await readThrough(store, 'long', { freshMs: 10 * maxKeepMs, keepMs: 10 * maxKeepMs });
    await world.pass(maxKeepMs + 1);
    assert.equal(await read(store), 'miss: absent');
    await store.invalidate(['posts/Post:x']);
    await world.pass(maxKeepMs + 1);
    await store.invalidate(['posts/Post:y']);
    const { floor, position } = await store.changesSince(undefined);
    assert(floor > 0 && floor < position.clock);
    // What is older than the floor can't be judged any more, and so isn't valid; what is younger is judged as ever.
    const check = (clock: number) =>
      store.check({ position: { ...position, clock }, tags: ['posts/Post:never-marked'], relays: [] });
    assert.equal((await check(floor - 1)).valid, false);
    assert.equal((await check(floor)).valid, true);
  },
);

test('a mark is forgotten from the sorted set, too', { skip: withoutRedis }, async () => {
  await using world = await redisWorld();
  const marks = `${world.prefix}:{cache}:2:marks`;
  await world.store.invalidate(['posts/Post:old']);
  for (let day = 0; day < 3; day += 1) {
    await world.pass(maxKeepMs + 1);
    await world.store.invalidate(['posts/Post:new']);
  }
  assert.equal(await world.redis.zscore(marks, 'posts/Post:old'), null);
  assert.notEqual(await world.redis.zscore(marks, 'posts/Post:new'), null);
});

test('entries leave nothing behind in Redis when their time is over', { skip: withoutRedis }, async () => {
  await using world = await redisWorld();
  for (let key = 0; key < 1_000; key += 1) await readThrough(world.store, 'x', { key: `key ${key}` });
  await world.pass(120_001);
  assert.deepEqual(await world.redis.keys('*'), [`${world.prefix}:{cache}:2:state`]);
});

test('a store in memory stays within its bytes', async () => {
  const { store } = memoryWorld(50_000);
  for (let key = 0; key < 1_000; key += 1) await readThrough(store, 'x'.repeat(1_000), { key: `key ${key}` });
  let kept = 0;
  for (let key = 0; key < 1_000; key += 1) if ((await look(store, `key ${key}`)).hit) kept += 1;
  assert(kept > 10 && kept <= 50, `${kept}`);
});

test('marks forget and list as a plain list of all invalidations would', () => {
  const step = fc.oneof(
    fc.record({ mark: fc.nat(20) }),
    fc.record({ prune: fc.nat(30), count: fc.nat(5) }),
    fc.record({ since: fc.nat(60), limit: fc.nat(8) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const marks = createMarks(0);
      const model = new Map<string, number>();
      let floor = 0;
      let clock = 0;
      for (const each of steps) {
        if ('mark' in each) {
          clock += 1;
          marks.mark(`t${each.mark}`, clock);
          model.set(`t${each.mark}`, clock);
        } else if ('prune' in each) {
          marks.prune(each.prune, each.count);
          const oldest = [...model].sort(([, a], [, b]) => a - b).filter(([, at]) => at <= each.prune);
          for (const [tag, at] of oldest.slice(0, each.count)) {
            model.delete(tag);
            floor = Math.max(floor, at);
          }
        } else {
          const newer = [...model].filter(([, at]) => at > each.since);
          const expected = newer.length > each.limit ? undefined : new Map(newer);
          assert.deepEqual(marks.since(each.since, each.limit), expected);
        }
        assert.equal(marks.floor, floor);
        assert.equal(marks.size, model.size);
        for (let tag = 0; tag <= 20; tag += 1)
          assert.equal(marks.get(`t${tag}`), model.get(`t${tag}`) ?? floor);
      }
    }),
    { numRuns: 300 },
  );
});
