import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxChanges } from '../../cache/store.ts';
import { answer, giveLease } from './support/answers.ts';
import { gateway, localRead, read, readThrough, responseCache } from './support/local-caches.ts';
import { holdCalls } from './support/pauses.ts';
import { memoryWorld, testOnBothStores, useRedis } from './support/store-worlds.ts';

useRedis();

testOnBothStores('what was stored is served from memory', async (world) => {
  const { cache } = await gateway(world);
  await readThrough(cache, 'v0');
  assert.equal(await read(cache), 'local: v0');
});

testOnBothStores('what was found in the store is served from memory the next time', async (world) => {
  const one = await gateway(world);
  const other = await gateway(world);
  await read(other.cache);
  await readThrough(one.cache, 'v0');
  assert.equal(await read(other.cache), 'shared: v0');
  assert.equal(await read(other.cache), 'local: v0');
});

testOnBothStores(
  'two gateways, each with its memory: an invalidation ends the answer in both at once',
  async (world) => {
    const one = await gateway(world);
    const other = await gateway(world);
    await read(other.cache);
    await readThrough(one.cache, 'v0');
    await read(other.cache);
    await one.store.invalidate(['posts/Post:7']);
    assert.equal(await read(one.cache), 'miss: tag');
    assert.equal(await read(other.cache), 'miss: tag');
    await readThrough(other.cache, 'v1');
    assert.equal(await read(one.cache), 'shared: v1');
  },
);

testOnBothStores('an invalidation of something else leaves the memory alone', async (world) => {
  const { cache, store } = await gateway(world);
  await readThrough(cache, 'v0');
  await store.invalidate(['posts/Post:8']);
  assert.equal(await read(cache), 'local: v0');
});

testOnBothStores('* a request joins only a question that has not been sent yet', async (world) => {
  const { held, next, proceedWith } = holdCalls(world.store);
  const cache = responseCache(held);
  await proceedWith(readThrough(cache, 'v0'));

  const early = read(cache);
  const sent = await next();
  assert.equal(sent.method, 'changesSince');
  // Redis answers the question before it is written, and the reply is under way.
  const answered = await sent.answer();
  await world.store.invalidate(['posts/Post:7']);
  const late = read(cache);
  await answered.deliver();
  assert.equal(await early, 'local: v0');
  assert.equal(await proceedWith(late), 'miss: tag');
});

test('all requests of a moment share one question, and those of the next moment another', async () => {
  const world = memoryWorld();
  const { held, next, proceedWith } = holdCalls(world.store);
  const cache = responseCache(held);
  await proceedWith(readThrough(cache, 'v0'));

  const first = Array.from({ length: 50 }, () => read(cache));
  const question = await next();
  const second = Array.from({ length: 50 }, () => read(cache));
  await question.proceed();
  for (const each of await Promise.all(first)) assert.equal(each, 'local: v0');
  await (await next()).proceed();
  for (const each of await Promise.all(second)) assert.equal(each, 'local: v0');
});

testOnBothStores('* it is filled only with what was validated at or after its position', async (world) => {
  const { held, next, proceedWith } = holdCalls(world.store);
  const cache = responseCache(held);
  await proceedWith(readThrough(cache, 'v0'));
  await proceedWith(readThrough(cache, 'x', { key: 'something else', tags: ['posts/Post:8'] }));
  const other = responseCache(held);
  await proceedWith(read(other, 'something else'));

  // The other gateway's lookup finds v0 valid; its reply is held up.
  const slow = read(other);
  const lookup = await next();
  assert.equal(lookup.method, 'lookup');
  const found = await lookup.answer();
  // Meanwhile the row is written, with so much else that the same gateway, asking for another answer, starts anew: the
  // list that it is not told is the one that would have named the row.
  await world.store.invalidate(['posts/Post:7', ...manyTags(maxChanges)]);
  assert.equal(await proceedWith(read(other, 'something else')), 'shared: x');
  await found.deliver();
  assert.equal(await slow, 'shared: v0');
  // It will not be told of that invalidation again: had it kept v0, it would serve it for ever.
  assert.equal(await proceedWith(read(other)), 'miss: tag');
});

test('what is not in memory is looked up without a question', async () => {
  const world = memoryWorld();
  const { held, next, proceedWith } = holdCalls(world.store);
  const cache = responseCache(held);
  await proceedWith(read(cache));
  const absent = read(cache);
  assert.equal((await next()).method, 'lookup');
  void absent;
});

testOnBothStores(
  'it is used again in another epoch, though it never asks for what it has not',
  async (world) => {
    const { cache } = await gateway(world);
    await readThrough(cache, 'v0');
    await world.loseEverything();
    // Found out by a lookup of something else, not by a question.
    await readThrough(cache, 'other', { key: 'other' });
    await readThrough(cache, 'v1');
    assert.equal(await read(cache), 'local: v1');
  },
);

testOnBothStores('another epoch empties it', async (world) => {
  const { cache } = await gateway(world);
  await readThrough(cache, 'v0');
  await world.loseEverything();
  assert.match(await read(cache), /^miss: (absent|epoch)$/);
});

testOnBothStores('an answer stored in another epoch is not kept', async (world) => {
  const { local, store } = await gateway(world);
  await local.lookup({ keys: ['key'], encoding: 'identity' });
  await world.loseEverything();
  const { position } = await store.status();
  const kept = { ...answer(position), body: Buffer.from('x'), encoding: 'identity', ageMs: 0 };
  local.keep(kept, 'identity', position);
  // It stands in the old epoch still, and would serve this one under what it knows of that.
  assert.equal(await localRead(local), undefined);
});

testOnBothStores('a floor above its position empties it', async (world) => {
  const { cache, store } = await gateway(world);
  await readThrough(cache, 'v0', { tags: ['posts/Post:7'], keepMs: 1e9, freshMs: 1e9 });
  // A day and a second later, twice: what was marked a day ago is forgotten.
  for (let day = 0; day < 2; day += 1) {
    await store.invalidate(['posts/Post:7']);
    await world.pass(24 * 60 * 60 * 1000 + 1_000);
  }
  await store.invalidate(['posts/Post:8']);
  const changes = await store.changesSince({ ...(await store.status()).position, clock: 0 });
  assert.equal(changes.marked, undefined);
  assert(changes.floor > 0);
  assert.equal(await read(cache), 'miss: absent');
});

testOnBothStores('too long a list empties it', async (world) => {
  const { cache, store } = await gateway(world);
  await readThrough(cache, 'v0');
  const before = await store.status();
  await store.invalidate(manyTags(maxChanges + 1));
  assert.equal((await store.changesSince(before.position)).marked, undefined);
  assert.equal(await read(cache), 'shared: v0');
  assert.equal(await read(cache), 'local: v0');
});

testOnBothStores('a list of just the longest length is applied', async (world) => {
  const { store } = await gateway(world);
  const { position } = await store.status();
  await store.invalidate(manyTags(maxChanges));
  assert.equal((await store.changesSince(position)).marked?.size, maxChanges);
});

testOnBothStores('it serves nothing without a lease, and again with one', async (world) => {
  const { cache, store } = await gateway(world);
  await giveLease(store, 'posts');
  await readThrough(cache, 'v0', { relays: ['posts'] });
  assert.equal(await read(cache), 'local: v0');
  await world.pass(2_001);
  assert.equal(await read(cache), 'miss: lease');
  await giveLease(store, 'posts');
  assert.equal(await read(cache), 'local: v0');
});

testOnBothStores('it serves nothing that is no longer fresh', async (world) => {
  const { cache, pass } = await gateway(world);
  await readThrough(cache, 'v0', { freshMs: 1_000 });
  await pass(1_001);
  assert.equal(await read(cache), 'miss: expired');
});

testOnBothStores(
  'age is counted from when the answer was stored, not from when it came here',
  async (world) => {
    const one = await gateway(world);
    const other = await gateway(world);
    await readThrough(one.cache, 'v0', { freshMs: 1_000 });
    await one.pass(600);
    assert.equal(await read(other.cache), 'shared: v0');
    await other.pass(500);
    assert.equal(await read(other.cache), 'miss: expired');
  },
);

testOnBothStores('with a lag allowed it serves without asking, for that long', async (world) => {
  const { cache, store, pass } = await gateway(world, { maxLagMs: 1_000 });
  await readThrough(cache, 'v0');
  await store.invalidate(['posts/Post:7']);
  assert.equal(await read(cache), 'local: v0');
  await pass(1_001);
  assert.equal(await read(cache), 'miss: tag');
});

testOnBothStores(
  '* a client that just wrote is exact even then, by the position it carries',
  async (world) => {
    const { cache, store } = await gateway(world, { maxLagMs: 1_000 });
    await readThrough(cache, 'v0');
    const written = await store.invalidate(['posts/Post:7']);
    assert.equal(await read(cache, 'key'), 'local: v0');
    assert.equal(await read(cache, 'key', written), 'miss: tag');
    // What the question brought, the others have, too.
    assert.equal(await read(cache, 'key'), 'miss: tag');
  },
);

testOnBothStores('* a position of another epoch says nothing about this one: it asks', async (world) => {
  const { cache, store } = await gateway(world, { maxLagMs: 1_000 });
  for (let tick = 0; tick < 3; tick += 1) await store.invalidate(['posts/Post:1']);
  await readThrough(cache, 'v0');
  await world.loseEverything();
  const written = await store.invalidate(['posts/Post:7']);
  assert((await store.changesSince(undefined)).position.clock < 3);
  // As a number, the client's clock is behind where this memory stands.
  assert.match(await read(cache, 'key', written), /^miss: (absent|tag|epoch)$/);
});

testOnBothStores('a lag is not longer than a lease', async (world) => {
  const { cache, store, pass } = await gateway(world, { maxLagMs: 60_000 });
  await giveLease(store, 'posts');
  await readThrough(cache, 'v0', { relays: ['posts'] });
  await pass(1_900);
  assert.equal(await read(cache), 'local: v0');
  await pass(200);
  assert.equal(await read(cache), 'miss: lease');
});

test('while the store is away nothing is served, nothing fails, and there is no position', async () => {
  const world = memoryWorld();
  let isAway = false;
  const store = new Proxy(world.store, {
    get: (target, name) =>
      isAway ? async () => Promise.reject(new Error('away')) : Reflect.get(target, name, target),
  });
  const cache = responseCache(store);
  await readThrough(cache, 'v0');
  isAway = true;
  const found = await cache.lookup({ keys: ['key'], encoding: 'identity' });
  assert(!found.hit);
  assert.deepEqual([found.reason, found.position], [{ kind: 'away' }, undefined]);
  const position = { epoch: 'x', clock: 0 };
  assert.deepEqual(await cache.store(answer(position), 'identity'), {
    stored: false,
    reason: { kind: 'away' },
  });
  await cache.release('key');
  isAway = false;
  assert.equal(await read(cache), 'local: v0');
});

function manyTags(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `users/Users${index}.all`);
}
