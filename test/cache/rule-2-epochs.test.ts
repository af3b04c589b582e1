import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareEpochs, type Position } from '../../cache/position.ts';
import { createRedisStore } from '../../cache/redis-store.ts';
import type { CacheStore } from '../../cache/store.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';
import { answer, giveLease, look, read, readThrough } from './support/answers.ts';
import { connectTo, redisWorld, testOnBothStores, useRedis } from './support/store-worlds.ts';

useRedis();

testOnBothStores('nothing of an epoch is served after another one began', async (world) => {
  const { store } = world;
  await readThrough(store, 'old');
  const { position: before } = await store.status();
  await world.loseEverything();
  const { position: now } = await store.status();
  assert(compareEpochs(before.epoch, now.epoch) < 0);
  assert.match(await read(store), /^miss: (absent|epoch)$/);
});

testOnBothStores('leases end with their epoch', async (world) => {
  const { store } = world;
  await giveLease(store, 'posts');
  await world.loseEverything();
  assert.equal((await store.changesSince(undefined)).leases.size, 0);
  const stored = await readThrough(store, 'new', { relays: ['posts'] });
  assert.deepEqual(!stored.valid && stored.reason, { kind: 'lease', subgraph: 'posts' });
});

testOnBothStores('a subgraph is swept once in each epoch, before it has a lease there', async (world) => {
  const { store } = world;
  for (let life = 0; life < 2; life += 1) {
    const { position, timeMs } = await store.status();
    const lease = { subgraph: 'posts', epoch: position.epoch, source: 'a', endsAtMs: timeMs + 2_000 };
    await readThrough(store, 'before the sweep');
    const unswept = await store.renewLease(lease);
    assert.equal(!unswept.renewed && unswept.reason, 'unswept');
    assert.equal((await store.sweep(lease)).swept, true);
    assert.equal(await read(store), 'miss: posts');
    await readThrough(store, 'after');
    assert.equal((await store.renewLease(lease)).renewed, true);
    assert.equal(await read(store), 'after');
    await world.loseEverything();
  }
});

testOnBothStores(
  'a sweep does nothing in another epoch than the one the fence was moved to',
  async (world) => {
    const { store } = world;
    const { position, timeMs } = await store.status();
    await world.loseEverything();
    await readThrough(store, 'kept');
    const late = { subgraph: 'posts', epoch: position.epoch, source: 'a', endsAtMs: timeMs + 2_000 };
    assert.equal((await store.sweep(late)).swept, false);
    assert.equal(await read(store), 'kept');
    const { position: now } = await store.status();
    assert.equal((await store.renewLease({ ...late, epoch: now.epoch })).renewed, false);
  },
);

testOnBothStores(
  'another database behind a subgraph ends its lease and has to be swept for',
  async ({ store }) => {
    await giveLease(store, 'posts');
    await readThrough(store, 'of the old database', { relays: ['posts'] });
    const { position, timeMs } = await store.status();
    const lease = { subgraph: 'posts', epoch: position.epoch, source: 'restored', endsAtMs: timeMs + 2_000 };
    const refused = await store.renewLease(lease);
    assert.equal(!refused.renewed && refused.reason, 'unswept');
    await store.sweep(lease);
    assert.equal((await store.changesSince(undefined)).leases.size, 0);
    assert.equal(await read(store), 'miss: posts');
  },
);

testOnBothStores(
  'an epoch that is superseded is followed by a newer one, whatever the clock says',
  async ({ store }) => {
    await readThrough(store, 'old');
    const farAhead = '9000000000000000-00000000';
    const begun = await store.supersede(farAhead);
    assert(compareEpochs(farAhead, begun.epoch) < 0);
    assert.equal(await read(store), 'miss: epoch');
    // Several relays find the same; one new epoch is enough.
    assert.deepEqual(await store.supersede(farAhead), begun);
  },
);

const operations = {
  lookup: (store) => look(store).then(({ position }) => position),
  store: (store, position) => store.store(answer(position)).then((outcome) => outcome.position),
  check: (store, position) => store.check(answer(position)).then((outcome) => outcome.position),
  changesSince: (store, position) => store.changesSince(position).then((changes) => changes.position),
  invalidate: (store) => store.invalidate(['posts/Post:1']),
  status: (store) => store.status().then(({ position }) => position),
  sweep: (store, { epoch }) =>
    store.sweep({ subgraph: 'posts', epoch, source: 'a' }).then(({ position }) => position),
  renewLease: (store, { epoch }) =>
    store.renewLease({ subgraph: 'posts', epoch, source: 'a', endsAtMs: 0 }).then(({ position }) => position),
} satisfies Record<string, (store: CacheStore, position: Position) => Promise<Position>>;

for (const [name, operate] of Object.entries(operations))
  testOnBothStores(
    `* ${name} reads the epoch in the store and starts one where there is none`,
    async (world) => {
      const { position: before } = await look(world.store);
      // The connection stays: the process learns of it from what it calls alone.
      await world.loseEverything();
      const after = await operate(world.store, before);
      assert(compareEpochs(before.epoch, after.epoch) < 0);
      assert.equal((await world.store.status()).position.epoch, after.epoch);
    },
  );

testOnBothStores(
  '* what is stored under a position from before everything was lost is refused',
  async (world) => {
    const { position } = await look(world.store);
    await world.loseEverything();
    const stored = await world.store.store(answer(position));
    assert.deepEqual(!stored.valid && stored.reason, { kind: 'epoch' });
  },
);

test('* epoch, clock, floor and leases are one key: they are evicted together', {
  skip: withoutRedis,
}, async () => {
  await using world = await redisWorld();
  const { store, redis } = world;
  await giveLease(store, 'posts');
  await readThrough(store, 'old', { relays: ['posts'] });
  const keys = (await redis.keys('*')).map((key) => key.slice(`${world.prefix}:{cache}:2:`.length));
  assert.deepEqual(keys.sort(), ['entry:key', 'marks', 'state']);

  await redis.del(`${world.prefix}:{cache}:2:state`);
  assert.equal(await read(store), 'miss: epoch');
  // Marks of the life before mean nothing in this one.
  assert.deepEqual(await redis.zrange(`${world.prefix}:{cache}:2:marks`, '0', '-1'), []);
  assert.equal((await store.changesSince(undefined)).leases.size, 0);
});

test('* marks that were evicted are not taken for the floor', { skip: withoutRedis }, async () => {
  await using world = await redisWorld();
  const { store, redis } = world;
  await readThrough(store, 'old');
  await store.invalidate(['posts/Post:7']);
  await redis.del(`${world.prefix}:{cache}:2:marks`);
  assert.equal(await read(store), 'miss: epoch');
});

test('* marks that were evicted and begun again are noticed, too', { skip: withoutRedis }, async () => {
  await using world = await redisWorld();
  const { store, redis } = world;
  await readThrough(store, 'old');
  await store.invalidate(['posts/Post:7']);
  await redis.del(`${world.prefix}:{cache}:2:marks`);
  await store.invalidate(['posts/Post:8']);
  assert.equal(await read(store), 'miss: epoch');
});

test('an entry that was evicted is absent', { skip: withoutRedis }, async () => {
  await using world = await redisWorld();
  await readThrough(world.store, 'old');
  await world.redis.del(`${world.prefix}:{cache}:2:entry:key`);
  assert.equal(await read(world.store), 'miss: absent');
});

test('Redis forgets the scripts and is told them again', { skip: withoutRedis }, async () => {
  await using redis = await freshRedis();
  const connection = connectTo(redis.url);
  const store = createRedisStore({ redis: connection, prefix: 'test' });
  await readThrough(store, 'kept');
  await connection.script('FLUSH');
  assert.equal(await read(store), 'kept');
  connection.disconnect();
});
