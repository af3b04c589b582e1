import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drain } from '../../cache/drain.ts';
import { answer, look, read, readThrough } from './support/answers.ts';
import { createMemoryDatabase } from './support/memory-database.ts';
import { holdCalls } from './support/pauses.ts';
import { memoryWorld, testOnBothStores, useRedis } from './support/store-worlds.ts';

/** The relay's half of rule 3; triggers are the subgraphs'. */
useRedis();

const posts = { relays: ['posts'] };
const route = { subgraph: 'posts' };

testOnBothStores('what was committed is published, and then forgotten', async ({ store }) => {
  const database = createMemoryDatabase();
  await drain({ ...route, outbox: database.outbox, store });
  await readThrough(store, 'v0', posts);
  database.write('v1');
  await drain({ ...route, outbox: database.outbox, store });
  assert.equal(await read(store), 'miss: posts/Post:7');
  assert.equal(database.waiting, 0);
});

testOnBothStores('commit between read and relay: the late answer is refused', async ({ store }) => {
  const database = createMemoryDatabase();
  await drain({ ...route, outbox: database.outbox, store });
  const { position } = await look(store);
  const body = database.value;
  database.write('v1');
  await drain({ ...route, outbox: database.outbox, store });
  assert.equal((await store.store(answer(position, { ...posts, body }))).valid, false);
});

/** All that a drain with something to publish does, in order, in a new epoch: adopt, publish, sweep, renew. */
const steps = [
  ['outbox', 'look'],
  ['outbox', 'adopt'],
  ['outbox', 'remove'],
  ['store', 'status'],
  ['store', 'invalidate'],
  ['store', 'renewLease'],
  ['store', 'sweep'],
] as const;

for (const [where, method] of steps)
  for (const when of ['before', 'after'] as const)
    testOnBothStores(`a relay that dies ${when} ${method} leaves nothing stale behind`, async (world) => {
      const database = createMemoryDatabase();
      const { store } = world;
      // Stored before the write, by a gateway that had a lease from another relay of the subgraph.
      await drain({ ...route, outbox: database.outbox, store });
      await readThrough(store, 'v0', posts);
      database.write('v1');
      if (method === 'adopt' || method === 'sweep') await world.loseEverything();

      const relay = { outbox: holdCalls(database.outbox), store: holdCalls(store) };
      const dying = drain({ ...route, outbox: relay.outbox.held, store: relay.store.held });
      const other = where === 'outbox' ? relay.store : relay.outbox;
      void other.proceedWith(dying).catch(() => {});
      const step = await relay[where].proceedUntil(method);
      await step.lose(when);
      await assert.rejects(dying, /connection was lost/);

      // However far it came: no lease says more than is true, and the next relay finishes.
      if ((await read(store)) === 'v0') assert.equal(database.waiting, 1);
      await drain({ ...route, outbox: database.outbox, store });
      assert.notEqual(await read(store), 'v0');
      assert.equal(database.waiting, 0);
    });

testOnBothStores(
  '* two relays publish the same rows: neither hides them from the other, and none is lost',
  async ({ store }) => {
    const database = createMemoryDatabase();
    await drain({ ...route, outbox: database.outbox, store });
    await readThrough(store, 'v0', posts);
    database.write('v1');
    const slow = holdCalls(store);
    const first = drain({ ...route, outbox: database.outbox, store: slow.held });
    const publishing = await slow.proceedUntil('invalidate');

    // The first has read the row and published nothing yet. The second, which a mutation waits for, must not find
    // "nothing to do".
    assert.equal((await drain({ ...route, outbox: database.outbox, store })).done, true);
    assert.equal(await read(store), 'miss: posts/Post:7');
    await publishing.proceed();
    await slow.proceedWith(first);
    assert.equal((await first).done, true);
  },
);

test('one that only ever finds more to do gives up, rather than keep a mutation waiting', async () => {
  const { store } = memoryWorld();
  const database = createMemoryDatabase(1);
  const { outbox } = database;
  const busy = {
    ...outbox,
    look: async () => {
      database.write('more');
      database.write('still more');
      return outbox.look();
    },
  };
  const result = await drain({ ...route, outbox: busy, store });
  assert.equal(!result.done && result.reason, 'behind');
});
