import assert from 'node:assert/strict';
import { type Drain, drain, settleMs } from '../../cache/drain.ts';
import { compareEpochs } from '../../cache/position.ts';
import type { CacheStore } from '../../cache/store.ts';
import { answer, look, read, readThrough } from './support/answers.ts';
import { createMemoryDatabase, type MemoryDatabase } from './support/memory-database.ts';
import { holdCalls } from './support/pauses.ts';
import { type StoreWorld, testOnBothStores, testOnTwoStores, useRedis } from './support/store-worlds.ts';

/**
 * The fence: each subgraph's database remembers the newest epoch that a relay has seen. Two stores side by side are a
 * Redis that was failed over from, and still runs, and the one that was failed over to.
 */
useRedis();

const posts = { relays: ['posts'] };

testOnBothStores('the first epoch is adopted, swept and counted at once', async (world) => {
  const database = createMemoryDatabase();
  const { position } = await world.store.status();
  assert.equal((await drainTo(world.store, database)).done, true);
  assert.equal(database.fence, position.epoch);
  assert((await readThrough(world.store, 'v0', posts)).valid);
});

testOnBothStores(
  '* a newer epoch counts only after a lease: until then the old Redis may be serving',
  async (world) => {
    const database = createMemoryDatabase();
    await drainTo(world.store, database);
    await world.loseEverything();
    database.write('v1');
    assert.deepEqual(outcome(await drainTo(world.store, database)), 'unsettled');
    assert.equal(database.waiting, 0);
    await pass(database, settleMs - 1, world);
    assert.deepEqual(outcome(await drainTo(world.store, database)), 'unsettled');
    await pass(database, 1, world);
    assert.deepEqual(outcome(await drainTo(world.store, database)), 'done');
  },
);

testOnTwoStores('* what is published to an old primary that lives on does not count', async (...servers) => {
  const { old, current, database } = await afterFailover(servers);
  await drainTo(current, database);
  database.write('v1');
  assert.equal(outcome(await drainTo(old, database)), 'superseded');
  assert.equal(database.waiting, 1);
});

testOnTwoStores('* nor does it when the fence moved between publishing and deleting', async (...servers) => {
  const { old, current, database } = await afterFailover(servers);
  database.write('v1');
  const outbox = holdCalls(database.outbox);
  const running = drain({ subgraph: 'posts', outbox: outbox.held, store: old });
  const removal = await outbox.proceedUntil('remove');
  // A sister adopts the newer epoch, and drains nothing yet.
  const { position } = await current.status();
  await database.outbox.adopt(position.epoch, settleMs);
  await removal.proceed();
  await outbox.proceedThrough('look');
  assert.equal(outcome(await running), 'superseded');
  assert.equal(database.waiting, 1);
});

testOnTwoStores(
  '* entries that a newer Redis stored before it was adopted miss what was drained to the older one: they are swept',
  async (...servers) => {
    const { old, current, database } = await afterFailover(servers);
    // A gateway that is over there already reads the row, before it is written and the write is drained to the old one.
    const { position } = await look(current);
    database.write('v1');
    assert.equal(outcome(await drainTo(old, database)), 'done');
    assert((await current.store(answer(position, { body: 'v0' }))).valid);
    await drainTo(current, database);
    assert.equal(await read(current), 'miss: posts');
  },
);

testOnTwoStores('* and they are not served before they are swept: there is no lease', async (...servers) => {
  const { old, current, database } = await afterFailover(servers);
  const { position } = await look(current);
  database.write('v1');
  await drainTo(old, database);
  const stored = await current.store(answer(position, { ...posts, body: 'v0' }));
  assert.deepEqual(!stored.valid && stored.reason, { kind: 'lease', subgraph: 'posts' });
});

testOnTwoStores(
  '* when a write counts after a failover, the leases on the old primary have run out',
  async (...servers) => {
    const { old, current, database, pass } = await afterFailover(servers);
    await readThrough(old, 'v0', posts);
    // The last word that the old one can be given: looked at before the fence moved, arriving after.
    const relay = holdCalls(old);
    const held = drain({ subgraph: 'posts', outbox: database.outbox, store: relay.held });
    const renewal = await relay.proceedUntil('renewLease');
    await drainTo(current, database);
    await renewal.proceed();
    await held;

    database.write('v1');
    for (let waited = 0; waited < settleMs; waited += 100) {
      assert.equal(outcome(await drainTo(current, database)), 'unsettled');
      await pass(100);
    }
    assert.equal(outcome(await drainTo(current, database)), 'done');
    assert.equal(await read(old), 'miss: lease of posts');
  },
);

testOnBothStores('a database that was restored is swept for, though no outbox row says so', async (world) => {
  const database = createMemoryDatabase();
  await drainTo(world.store, database);
  await readThrough(world.store, 'v1, that the backup has not', posts);
  database.restore('v0');
  await drainTo(world.store, database);
  assert.equal(await read(world.store), 'miss: posts');
  await readThrough(world.store, 'v0', posts);
  assert.equal(await read(world.store), 'v0');
});

testOnBothStores('a sweep happens once, not with every look', async (world) => {
  const database = createMemoryDatabase();
  await drainTo(world.store, database);
  await readThrough(world.store, 'kept', posts);
  await drainTo(world.store, database);
  assert.equal(await read(world.store), 'kept');
});

testOnBothStores('an epoch that ends while its rows are published is followed to the next', async (world) => {
  const database = createMemoryDatabase();
  await drainTo(world.store, database);
  database.write('v1');
  const relay = holdCalls(world.store);
  const running = drain({ subgraph: 'posts', outbox: database.outbox, store: relay.held });
  const publishing = await relay.proceedUntil('invalidate');
  await world.loseEverything();
  await publishing.proceed();
  void proceedAll(relay);
  assert.equal(outcome(await running), 'unsettled');
  assert.equal(database.waiting, 0);
  assert.equal(database.fence, (await world.store.status()).position.epoch);
});

/** Two servers: `old` was drained to so far, `current` is newer, and no relay has met it yet. */
async function afterFailover([older, newer]: [StoreWorld, StoreWorld]) {
  const database = createMemoryDatabase();
  await drainTo(older.store, database);
  const { position } = await older.store.status();
  await newer.store.supersede(position.epoch);
  assert(compareEpochs(position.epoch, (await newer.store.status()).position.epoch) < 0);
  return {
    old: older.store,
    current: newer.store,
    database,
    pass: (ms: number) => pass(database, ms, older, newer),
  };
}

async function pass(database: MemoryDatabase, ms: number, ...worlds: StoreWorld[]): Promise<void> {
  database.pass(ms);
  for (const world of worlds) await world.pass(ms);
}

function drainTo(store: CacheStore, { outbox }: MemoryDatabase): Promise<Drain> {
  return drain({ subgraph: 'posts', outbox, store });
}

function outcome(result: Drain): string {
  return result.done ? 'done' : result.reason;
}

/** Lets everything through from here on. */
async function proceedAll({ next }: ReturnType<typeof holdCalls>): Promise<never> {
  for (;;) await (await next()).proceed();
}
