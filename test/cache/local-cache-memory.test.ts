import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalCache } from '../../cache/local-cache.ts';
import { createResponseCache } from '../../cache/response-cache.ts';
import { answer } from './support/answers.ts';
import { gateway, localRead, read, readThrough } from './support/local-caches.ts';
import { memoryWorld, testOnBothStores, useRedis } from './support/store-worlds.ts';

/** What the local cache takes of a process' memory, and gives back. */
useRedis();

testOnBothStores('what expires in one coding goes in all of them', async (world) => {
  const { local, store, pass } = await gateway(world);
  await localRead(local);
  const { position } = await store.status();
  const kept = { ...answer(position), body: Buffer.from('plain'), encoding: 'identity', ageMs: 0 };
  local.keep(kept, 'identity', position);
  local.keep(kept, 'br', position);
  local.addCoding(kept, 'br', Buffer.from('brotli'));
  assert.equal(await localRead(local), 'plain');
  assert.equal(await localRead(local, 'key', 'br'), 'brotli');
  await pass(kept.freshMs);
  assert.equal(await localRead(local, 'key', 'br'), undefined);
  assert.equal(local.bytes, 0);
});

testOnBothStores(
  'an answer that came in one reply with others holds on to its own bytes only',
  async (world) => {
    const one = await gateway(world);
    const other = await gateway(world);
    await localRead(other.local);
    const keys = ['key 1', 'key 2', 'key 3'];
    for (const key of keys) await readThrough(one.cache, `of ${key}`, { key });
    await Promise.all(keys.map((key) => read(other.cache, key)));
    for (const key of keys) {
      const { answer: kept } = (await other.local.lookup({ keys: [key], encoding: 'identity' })) ?? {};
      assert.equal(kept?.body.toString(), `of ${key}`);
      assert.equal(kept.body.buffer.byteLength, kept.body.length);
    }
  },
);

test('it takes no more memory than it may', async () => {
  const world = memoryWorld();
  const local = createLocalCache({ store: world.store, maxBytes: 10_000, maxLagMs: 0, now: () => 0 });
  const cache = createResponseCache({ store: world.store, local });
  for (let key = 0; key < 100; key += 1) await readThrough(cache, 'x'.repeat(400), { key: `key ${key}` });
  const kept = [];
  for (let key = 0; key < 100; key += 1) if (await localRead(local, `key ${key}`)) kept.push(key);
  assert(kept.length >= 5 && kept.length <= 10, `${kept.length} answers`);
  assert.equal(kept.at(-1), 99);
});
