import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { leaseMs, settleMs } from '../../cache/drain.ts';
import type { Outbox } from '../../cache/outbox.ts';
import { compareEpochs } from '../../cache/position.ts';
import { createRelay } from '../../cache/relay.ts';
import type { CacheStore } from '../../cache/store.ts';
import { until } from '../support/poll.ts';
import { read, readThrough } from './support/answers.ts';
import { createMemoryDatabase } from './support/memory-database.ts';
import { holdCalls } from './support/pauses.ts';
import { memoryWorld, testOnBothStores, useRedis } from './support/store-worlds.ts';

useRedis();

const posts = { relays: ['posts'] };

testOnBothStores('when a flush has ended, nobody gets an answer from before the write', async ({ store }) => {
  const database = createMemoryDatabase();
  const relay = relayOf(database.outbox, store);
  await relay.flush();
  await readThrough(store, 'v0', posts);
  database.write('v1');
  const flushed = await relay.flush();
  assert.equal(await read(store), 'miss: posts/Post:7');
  assert(flushed.published);
  assert.deepEqual(flushed.position, (await store.status()).position);
});

testOnBothStores('a position is not from before what a sister published for it', async ({ store }) => {
  const database = createMemoryDatabase();
  const sister = relayOf(database.outbox, store);
  await sister.flush();
  const held = holdCalls(database.outbox);
  const relay = relayOf(held.held, store);
  database.write('v1');
  const flushing = relay.flush();
  // This one has read where the store stands; before it looks, the sister publishes and deletes the row.
  const looking = await held.next();
  await sister.flush();
  await looking.proceed();
  const flushed = await flushing;
  assert(flushed.published);
  assert.deepEqual(flushed.position, (await store.status()).position);
  assert.equal(flushed.position.clock, 2);
});

testOnBothStores('* a flush shares only a drain that began after its commit', async ({ store }) => {
  const database = createMemoryDatabase();
  const outbox = holdCalls(database.outbox);
  const relay = relayOf(outbox.held, store);
  await outbox.proceedWith(relay.flush());

  database.write('a');
  const first = relay.flush();
  const looking = await outbox.next();
  await looking.proceed();
  const removing = await outbox.next();
  assert.equal(removing.method, 'remove');
  // The drain that is going on has not seen this one.
  database.write('b', ['posts/Post:8']);
  await readThrough(store, 'before b', { tags: ['posts/Post:8'] });
  let isOver = false;
  const second = relay.flush().finally(() => {
    isOver = true;
  });
  await removing.proceed();
  assert.equal((await first).published, true);
  assert.equal(isOver, false);
  assert.equal(await read(store), 'before b');
  await outbox.proceedWith(second);
  assert.equal(await read(store), 'miss: posts/Post:8');
});

test('a hundred mutations that commit at once share a drain', async () => {
  const { store } = memoryWorld();
  const database = createMemoryDatabase();
  let looks = 0;
  const counted: Outbox = {
    ...database.outbox,
    look: () => {
      looks += 1;
      return database.outbox.look();
    },
  };
  const relay = relayOf(counted, store);
  await relay.flush();
  looks = 0;
  const flushes = Array.from({ length: 100 }, (_, post) => {
    database.write('x', [`posts/Post:${post}`]);
    return relay.flush();
  });
  assert((await Promise.all(flushes)).every(({ published }) => published));
  assert.equal(looks, 1);
});

testOnBothStores(
  '* when the cache is away the mutation succeeds, and its client looks past the cache until nobody is served from before it',
  async (world) => {
    const database = createMemoryDatabase();
    const sister = relayOf(database.outbox, world.store);
    await sister.flush();
    await readThrough(world.store, 'v0', posts);
    const relay = relayOf(database.outbox, awayStore(world.store));
    database.write('v1');
    const flushed = await relay.flush();
    assert.deepEqual(flushed, { published: false, bypassMs: settleMs });
    // The row waits. Whether or not a sister publishes it: by then the lease has run out.
    assert.equal(database.waiting, 1);
    await world.pass(flushed.bypassMs);
    assert.equal(await read(world.store), 'miss: lease of posts');
    assert(flushed.bypassMs > leaseMs);
  },
);

test('a cache that hangs holds up a mutation for half a second at most', async () => {
  const { store } = memoryWorld();
  const relay = relayOf(createMemoryDatabase().outbox, { ...store, status: () => new Promise(() => {}) });
  const began = performance.now();
  assert.equal((await relay.flush()).published, false);
  assert(performance.now() - began < 5_000);
});

test('what failed is published with the next drain', async () => {
  const { store } = memoryWorld();
  const database = createMemoryDatabase();
  const outbox = holdCalls(database.outbox);
  const relay = relayOf(outbox.held, store);
  await outbox.proceedWith(relay.flush());
  database.write('v1');
  const failing = relay.flush();
  await outbox.proceedThrough('look');
  await (await outbox.next()).lose('before');
  assert.equal((await failing).published, false);
  assert.equal(database.waiting, 1);
  assert.equal((await outbox.proceedWith(relay.flush())).published, true);
  assert.equal(database.waiting, 0);
});

test('a relay polls by itself until it is stopped', async () => {
  const { store } = memoryWorld();
  const database = createMemoryDatabase();
  const relay = relayOf(database.outbox, store);
  relay.start();
  database.write('typed into psql');
  await until('the poll', async () => (database.waiting === 0 ? true : undefined));
  await relay.stop();
  database.write('after the stop');
  await nextTurn();
  assert.equal(database.waiting, 1);
});

test('on an older Redis than was seen before a relay connects anew, and in the end has it begin a newer epoch', async () => {
  const { store } = memoryWorld();
  const database = createMemoryDatabase();
  const farAhead = '9000000000000000-00000000';
  await database.outbox.adopt(farAhead, 0);
  let reconnections = 0;
  let nowMs = 0;
  const relay = createRelay({
    subgraph: 'posts',
    outbox: database.outbox,
    store: {
      ...store,
      reconnect: () => {
        reconnections += 1;
      },
    },
    logger: pino({ level: 'silent' }),
    now: () => nowMs,
  });
  for (; nowMs < 4_000; nowMs += 1_000) assert.equal((await relay.flush()).published, false);
  assert.equal(reconnections, 4);
  await relay.flush();
  const { position } = await store.status();
  assert(compareEpochs(position.epoch, farAhead) > 0);
  await relay.flush();
  database.pass(settleMs);
  assert.equal((await relay.flush()).published, true);
});

function relayOf(outbox: Outbox, store: CacheStore) {
  return createRelay({
    subgraph: 'posts',
    outbox,
    store,
    logger: pino({ level: 'silent' }),
    now: () => performance.now(),
  });
}

function awayStore(store: CacheStore): CacheStore {
  return { ...store, status: () => Promise.reject(new Error('Connection is closed')) };
}
