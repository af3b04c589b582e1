import assert from 'node:assert/strict';
import { createLocalCache } from '../../cache/local-cache.ts';
import { createResponseCache, type Found } from '../../cache/response-cache.ts';
import type { CacheStore } from '../../cache/store.ts';
import { until } from '../support/poll.ts';
import { answer, readThrough } from './support/answers.ts';
import { testOnBothStores, useRedis } from './support/store-worlds.ts';

/** A herd asks for what one is making: it waits for that one, and doesn't keep asking the store. */

useRedis();

const herdSize = 100;
const claimMs = 60_000;

testOnBothStores(
  'who asks for what this gateway makes waits for it, without asking the store',
  async (world) => {
    const { cache, lookups } = gateway(world.store);
    const first = await lookup(cache);
    assert.equal(describe(first), 'miss: absent');
    const herd = Array.from({ length: herdSize }, () => lookup(cache));
    await until('the herd to have looked', async () => lookups() === 1 + herdSize || undefined);
    await store(cache, first);
    assert.deepEqual(new Set((await Promise.all(herd)).map(describe)), new Set(['hit: made']));
    // The last look is answered from memory.
    assert.equal(lookups(), 1 + herdSize);
  },
);

testOnBothStores('of those who wait for another gateway one looks, for all', async (world) => {
  const [here, there] = [gateway(world.store), gateway(await world.another())];
  const first = await lookup(there.cache);
  const herd = Array.from({ length: herdSize }, () => lookup(here.cache));
  // Long enough for all of them to have looked many times.
  await until('many looks', async () => here.lookups() >= herdSize + 10 || undefined);
  assert(here.lookups() < 2 * herdSize, `${here.lookups()} lookups`);
  await store(there.cache, first);
  assert.deepEqual(new Set((await Promise.all(herd)).map(describe)), new Set(['hit: made']));
});

testOnBothStores(
  'what turns out not to be kept is waited for once, and then made by who asked',
  async (world) => {
    const { cache, lookups } = gateway(world.store);
    await lookup(cache);
    const herd = Array.from({ length: herdSize }, (_, viewer) => lookup(cache, `viewer ${viewer}`));
    await until('the herd to have looked', async () => lookups() === 1 + herdSize || undefined);
    // Nobody after the first one ends a claim: they would wait for ever if they waited for each other.
    await cache.release('key');
    assert.deepEqual(new Set((await Promise.all(herd)).map(describe)), new Set(['miss: absent']));
  },
);

testOnBothStores(
  'a claim that nobody ends holds nobody up for longer than it was made for',
  async (world) => {
    const { cache } = gateway(world.store);
    await lookup(cache, 'viewer', 50);
    assert.equal(describe(await lookup(cache, 'viewer', 50)), 'miss: absent');
    const other = gateway(await world.another());
    assert.equal(describe(await lookup(other.cache, 'viewer', 50)), 'miss: absent');
  },
);

testOnBothStores(
  'whoever takes what is expired gets it while another gateway makes it anew',
  async (world) => {
    const [here, there] = [gateway(world.store), gateway(await world.another())];
    await readThrough(world.store, 'expired', { freshMs: 1_000, keepMs: 3_600_000 });
    await world.pass(1_001);
    const first = await lookup(there.cache);
    assert.equal(describe(first), 'miss: expired');
    const asks = { keys: ['key', 'viewer'], encoding: 'identity', claimMs } as const;
    for (let request = 0; request < 3; request += 1) {
      const stale = await here.cache.lookup({ ...asks, acceptsExpired: () => true });
      assert(!stale.hit && stale.madeElsewhere);
      assert.equal(stale.expired?.body.toString(), 'expired');
    }
    assert.equal(here.lookups(), 3);
    // Whoever doesn't take it waits for the new one.
    const patient = here.cache.lookup({ ...asks, acceptsExpired: () => false });
    await store(there.cache, first);
    assert.equal(describe(await patient), 'hit: made');
  },
);

testOnBothStores('whoever has claimed nothing ends no claim', async (world) => {
  const [here, there] = [gateway(world.store), gateway(await world.another())];
  await lookup(there.cache);
  await here.cache.release('key');
  const claimed = await world.store.lookup({ keys: ['key'], encoding: 'identity', claimMs });
  assert(!claimed.hit && claimed.claimedElsewhere);
  await there.cache.release('key');
  const free = await world.store.lookup({ keys: ['key'], encoding: 'identity', claimMs });
  assert(!free.hit && !free.claimedElsewhere);
});

/** As a gateway is put together, on a store that counts the looks that it has answered. */
function gateway(shared: CacheStore) {
  let lookups = 0;
  const store: CacheStore = {
    ...shared,
    async lookup(request) {
      const found = await shared.lookup(request);
      lookups += 1;
      return found;
    },
  };
  const local = createLocalCache({ store, maxBytes: 1_000_000, maxLagMs: 0, now: () => performance.now() });
  return { cache: createResponseCache({ store, local }), lookups: () => lookups };
}

type Cache = ReturnType<typeof createResponseCache>;

function lookup(cache: Cache, viewer = 'viewer', ms = claimMs): Promise<Found> {
  return cache.lookup({ keys: ['key', viewer], encoding: 'identity', claimMs: ms });
}

async function store(cache: Cache, found: Found): Promise<void> {
  assert(found.position !== undefined);
  assert.deepEqual(await cache.store(answer(found.position, { body: 'made' }), 'identity'), { stored: true });
}

function describe(found: Found): string {
  return found.hit ? `hit: ${found.answer.body}` : `miss: ${found.reason.kind}`;
}
