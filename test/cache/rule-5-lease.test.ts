import assert from 'node:assert/strict';
import { drain, leaseMs } from '../../cache/drain.ts';
import { answer, giveLease, look, read, readThrough } from './support/answers.ts';
import { createMemoryDatabase } from './support/memory-database.ts';
import { holdCalls } from './support/pauses.ts';
import { type StoreWorld, testOnBothStores, useRedis } from './support/store-worlds.ts';

useRedis();

const posts = { relays: ['posts'] };

testOnBothStores('an answer is served while the relay it depends on has a lease', async (world) => {
  const { store } = world;
  await giveLease(store, 'posts');
  assert((await readThrough(store, 'posts', posts)).valid);
  assert.equal(await read(store), 'posts');
  await world.pass(leaseMs + 1);
  assert.equal(await read(store), 'miss: lease of posts');
  await giveLease(store, 'posts');
  assert.equal(await read(store), 'posts');
});

testOnBothStores('every relay that an answer depends on has to have one', async ({ store }) => {
  await giveLease(store, 'posts');
  const both = { relays: ['posts', 'users'] };
  const refused = await readThrough(store, 'both', both);
  assert.deepEqual(!refused.valid && refused.reason, { kind: 'lease', subgraph: 'users' });
  await giveLease(store, 'users');
  assert((await readThrough(store, 'both', both)).valid);
  assert.equal(await read(store), 'both');
});

testOnBothStores('what depends on no relay needs no lease: time limits it', async ({ store }) => {
  await readThrough(store, 'third party', { relays: [], tags: ['prices/Price:1'] });
  assert.equal(await read(store), 'third party');
});

testOnBothStores('an answer is not stored under a lease that ran out while it was made', async (world) => {
  const { store } = world;
  await giveLease(store, 'posts');
  const { position } = await look(store);
  await world.pass(leaseMs + 1);
  const stored = await store.store(answer(position, posts));
  assert.deepEqual(!stored.valid && stored.reason, { kind: 'lease', subgraph: 'posts' });
});

testOnBothStores('* a lease ends by when the relay looked, not by when its word arrived', async (world) => {
  const { store } = world;
  const database = createMemoryDatabase();
  await drainAll(world, database);
  await readThrough(store, 'v0', posts);

  // The relay looks and sees nothing; its word is held up, and meanwhile someone writes.
  const relay = holdCalls(store);
  const held = drain({ subgraph: 'posts', outbox: database.outbox, store: relay.held });
  const renewal = await relay.proceedUntil('renewLease');
  database.write('v1');
  await world.pass(leaseMs - 100);
  await renewal.proceed();
  assert.equal((await held).done, true);
  // "Nothing waits" was true then. From the write on the old answer may be served for 2 s, however late the word came.
  await world.pass(101);
  assert.equal(await read(store), 'miss: lease of posts');
});

testOnBothStores('* nor by when the look was over: a slow database makes no lease longer', async (world) => {
  const { store } = world;
  const database = createMemoryDatabase();
  await drainAll(world, database);
  await readThrough(store, 'v0', posts);

  const slow = holdCalls(database.outbox);
  const running = drain({ subgraph: 'posts', outbox: slow.held, store });
  const look = await (await slow.next()).answer();
  database.write('v1');
  await world.pass(leaseMs - 100);
  await look.deliver();
  assert.equal((await running).done, true);
  await world.pass(101);
  assert.equal(await read(store), 'miss: lease of posts');
});

testOnBothStores(
  '* a relay that was held up does not shorten what its sister has said since',
  async (world) => {
    const { store } = world;
    const database = createMemoryDatabase();
    await drainAll(world, database);
    await readThrough(store, 'v0', posts);

    const relay = holdCalls(store);
    const held = drain({ subgraph: 'posts', outbox: database.outbox, store: relay.held });
    const renewal = await relay.proceedUntil('renewLease');
    await world.pass(1_500);
    await drainAll(world, database);
    await renewal.proceed();
    await held;
    await world.pass(1_500);
    assert.equal(await read(store), 'v0');
  },
);

testOnBothStores(
  'a lease is renewed under steady writes: what was seen counts, not what came after',
  async (world) => {
    const { store } = world;
    const database = createMemoryDatabase();
    await drainAll(world, database);
    await readThrough(store, 'other', { ...posts, tags: ['posts/Post:8'] });
    for (let step = 0; step < 10; step += 1) {
      await world.pass(500);
      const outbox = holdCalls(database.outbox);
      database.write('seen');
      const running = drain({ subgraph: 'posts', outbox: outbox.held, store });
      await outbox.proceedThrough('look');
      // There is never a look that finds the outbox empty.
      database.write('after the look');
      await outbox.proceedThrough('remove');
      assert.equal((await running).done, true);
      assert.equal(database.waiting, 1);
    }
    assert.equal(await read(store), 'other');
  },
);

testOnBothStores('a look that saw only the first of what waits is no evidence', async (world) => {
  const database = createMemoryDatabase(10);
  for (let row = 0; row < 25; row += 1) database.write(`v${row}`, [`posts/Post:${row}`]);
  await drainAll(world, createMemoryDatabase());
  const relay = holdCalls(world.store);
  const running = drain({ subgraph: 'posts', outbox: database.outbox, store: relay.held });
  for (const waiting of [25, 15, 5]) {
    const publishing = await relay.proceedUntil('invalidate');
    assert.equal(database.waiting, waiting);
    await publishing.proceed();
  }
  // Only now does it say anything.
  assert.equal((await relay.next()).method, 'renewLease');
  assert.equal(database.waiting, 0);
  void running;
});

testOnBothStores('* no lease is given where the fence moved while the rows were published', async (world) => {
  const { store } = world;
  const database = createMemoryDatabase();
  await drainAll(world, database);
  await world.pass(leaseMs + 1);
  database.write('v1');

  const outbox = holdCalls(database.outbox);
  const running = drain({ subgraph: 'posts', outbox: outbox.held, store });
  const removal = await outbox.proceedUntil('remove');
  // A sister has met a newer Redis meanwhile.
  await database.outbox.adopt('9000000000000000-00000000', 2_500);
  await removal.proceed();
  await outbox.proceedThrough('look');
  assert.deepEqual(await running, {
    done: false,
    reason: 'superseded',
    newestEpoch: '9000000000000000-00000000',
  });
  assert.equal(database.waiting, 1);
  assert.deepEqual((await store.changesSince(undefined)).leases, new Map());
});

testOnBothStores('* a word from another epoch renews nothing', async (world) => {
  const { store } = world;
  const before = await store.status();
  await world.loseEverything();
  const { position } = await store.status();
  assert.deepEqual(
    await store.renewLease({
      subgraph: 'posts',
      epoch: before.position.epoch,
      source: 'database',
      endsAtMs: before.timeMs + leaseMs,
    }),
    { renewed: false, position, reason: 'epoch' },
  );
});

async function drainAll(world: StoreWorld, database: ReturnType<typeof createMemoryDatabase>): Promise<void> {
  const result = await drain({ subgraph: 'posts', outbox: database.outbox, store: world.store });
  assert.equal(result.done, true);
}
