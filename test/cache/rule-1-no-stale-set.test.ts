import assert from 'node:assert/strict';
import type { NewAnswer } from '../../cache/store.ts';
import { answer, look, read, readThrough } from './support/answers.ts';
import { testOnBothStores, useRedis } from './support/store-worlds.ts';

useRedis();

testOnBothStores('what was stored is served, as the bytes and facts that they were', async ({ store }) => {
  const bytes = Buffer.from([0, 255, 10, 13, 128]);
  const { position } = await look(store);
  const stored = await store.store(
    answer(position, { meta: '{"é":1}', bodies: { identity: bytes }, tags: ['posts/Post:7'] }),
  );
  assert.deepEqual(stored, { valid: true, position });

  const found = await look(store);
  assert(found.hit);
  assert.deepEqual(found.answer.body, bytes);
  assert.equal(found.answer.meta, '{"é":1}');
  assert.deepEqual(found.answer.position, position);
  assert.deepEqual([...found.answer.tags].sort(), ['posts', 'posts/Post', 'posts/Post:7']);
});

testOnBothStores('a miss says so', async ({ store }) => {
  assert.equal(await read(store, 'other'), 'miss: absent');
});

testOnBothStores('* an answer stored late never hides a newer write', async ({ store }) => {
  const { position } = await look(store);
  // The work reads the old row here; then the row is written, and its tag invalidated.
  const written = await store.invalidate(['posts/Post:7']);
  const stored = await store.store(answer(position, { body: 'old' }));
  assert.deepEqual(stored, {
    valid: false,
    position: written,
    reason: { kind: 'tag', tag: 'posts/Post:7' },
  });
  assert.equal(await read(store), 'miss: absent');
});

testOnBothStores('an invalidation removes what rests on its tag, and nothing else', async ({ store }) => {
  await readThrough(store, 'seven');
  await readThrough(store, 'eight', { key: 'other', tags: ['posts/Post:8'] });
  await store.invalidate(['posts/Post:7']);
  assert.equal(await read(store), 'miss: posts/Post:7');
  assert.equal(await read(store, 'other'), 'eight');
});

testOnBothStores('what was computed after an invalidation is served', async ({ store }) => {
  await store.invalidate(['posts/Post:7']);
  await readThrough(store, 'new');
  assert.equal(await read(store), 'new');
});

testOnBothStores(
  'an invalidation of something else in between does not keep an answer out',
  async ({ store }) => {
    const { position } = await look(store);
    await store.invalidate(['posts/Post:8']);
    assert((await store.store(answer(position))).valid);
    assert.equal(await read(store), 'the answer');
  },
);

testOnBothStores('any one of many tags is enough', async ({ store }) => {
  const tags = Array.from({ length: 2_500 }, (_, index) => `posts/List${index}.by:1`);
  await readThrough(store, 'broad', { tags });
  assert.equal(await read(store), 'broad');
  await store.invalidate(['posts/List2499.by:1']);
  assert.equal(await read(store), 'miss: posts/List2499.by:1');
});

testOnBothStores('many tags are invalidated at one moment', async ({ store }) => {
  await readThrough(store, 'seven');
  const { position } = await store.status();
  const many = Array.from({ length: 5_000 }, (_, index) => `posts/Post:${index}`);
  assert.equal((await store.invalidate(many)).clock, position.clock + 1);
  assert.equal(await read(store), 'miss: posts/Post:7');
});

testOnBothStores('an invalidation of nothing takes no tick of the clock', async ({ store }) => {
  const { position } = await store.status();
  assert.deepEqual(await store.invalidate([]), position);
});

testOnBothStores('a type or subgraph is invalidated with all that it has', async ({ store }) => {
  await readThrough(store, 'row');
  await readThrough(store, 'list', { key: 'list', tags: ['posts/Post.author:42'] });
  await readThrough(store, 'user', { key: 'user', tags: ['users/User:1'] });
  await store.invalidate(['posts/Post']);
  assert.equal(await read(store), 'miss: posts/Post');
  assert.equal(await read(store, 'list'), 'miss: posts/Post');
  assert.equal(await read(store, 'user'), 'user');
  await store.invalidate(['users']);
  assert.equal(await read(store, 'user'), 'miss: users');
});

testOnBothStores(
  '* a clock of another epoch is not compared: it may have counted to the same number',
  async (world) => {
    const { store } = world;
    await store.invalidate(['posts/Post:7']);
    const { position: before } = await look(store);
    await world.loseEverything();
    const now = await store.invalidate(['posts/Post:7']);
    // The numbers alone would let it in: the mark is not above the clock.
    assert.equal(now.clock, before.clock);
    const stored = await store.store(answer(before, { body: 'of the other life' }));
    assert(!stored.valid);
    assert.deepEqual(stored.reason, { kind: 'epoch' });
  },
);

testOnBothStores('time alone ends what is fresh, and later what is kept', async (world) => {
  const { store } = world;
  await readThrough(store, 'timely', { freshMs: 1_000, keepMs: 5_000 });
  await world.pass(900);
  assert.equal(await read(store), 'timely');
  await world.pass(200);
  const found = await look(store);
  assert(!found.hit);
  assert.deepEqual(found.reason, { kind: 'expired' });
  assert.equal(found.expired?.body.toString(), 'timely');
  assert(found.expired.ageMs >= 1_100 && found.expired.ageMs < 2_000);
  await world.pass(5_000);
  assert.equal(await read(store), 'miss: absent');
});

testOnBothStores('what was invalidated is not there to be served stale', async (world) => {
  const { store } = world;
  await readThrough(store, 'old', { freshMs: 1_000, keepMs: 5_000 });
  await world.pass(1_100);
  await store.invalidate(['posts/Post:7']);
  const found = await look(store);
  assert(!found.hit);
  assert.equal(found.expired, undefined);
});

testOnBothStores('the first key that has a valid answer is taken', async ({ store }) => {
  await readThrough(store, 'own', { key: 'private' });
  assert.equal(await read(store, 'public', 'private'), 'own');
  await readThrough(store, 'of all', { key: 'public', tags: ['posts/Post:8'] });
  assert.equal(await read(store, 'public', 'private'), 'of all');
  await store.invalidate(['posts/Post:8']);
  assert.equal(await read(store, 'public', 'private'), 'own');
});

testOnBothStores('the bytes of the coding that is wanted travel, or the plain ones', async ({ store }) => {
  const { position } = await look(store);
  const bodies = { identity: Buffer.from('plain'), br: Buffer.from('brotli') };
  await store.store(answer(position, { bodies }));
  for (const [wanted, encoding, body] of [
    ['br', 'br', 'brotli'],
    ['gzip', 'identity', 'plain'],
  ] as const) {
    const found = await store.lookup({ keys: ['key'], encoding: wanted });
    assert(found.hit);
    assert.deepEqual([found.answer.encoding, found.answer.body.toString()], [encoding, body]);
  }
});

testOnBothStores(
  'bytes in one more coding are added to the very answer that they were made from',
  async ({ store }) => {
    const { position } = await look(store);
    await store.store(answer(position, { body: 'first' }));
    const first = await store.lookup({ keys: ['key'], encoding: 'br' });
    assert(first.hit);
    await store.addCoding(first.answer, 'br', Buffer.from('br of first'));
    const inBr = await store.lookup({ keys: ['key'], encoding: 'br' });
    assert(inBr.hit);
    assert.deepEqual([inBr.answer.encoding, inBr.answer.body.toString()], ['br', 'br of first']);
    const plain = await store.lookup({ keys: ['key'], encoding: 'gzip' });
    assert.equal(plain.hit && plain.answer.body.toString(), 'first');

    const keepsItsOwn = async (other: NewAnswer) => {
      await store.store(other);
      await store.addCoding(first.answer, 'br', Buffer.from('br of first'));
      const found = await store.lookup({ keys: ['key'], encoding: 'br' });
      assert(found.hit);
      assert.deepEqual([found.answer.encoding, found.answer.body], ['identity', other.bodies.identity]);
    };
    await keepsItsOwn(answer(position, { body: 'second', meta: 'of the second' }));
    await keepsItsOwn(answer(await store.invalidate(['posts/Post:7']), { body: 'third' }));
    await store.addCoding({ ...first.answer, key: 'nothing there' }, 'br', Buffer.from('br of first'));
    assert.equal((await store.lookup({ keys: ['nothing there'], encoding: 'br' })).hit, false);
  },
);

testOnBothStores('an answer that is stored again leaves no bytes of the one before', async ({ store }) => {
  const { position } = await look(store);
  await store.store(answer(position, { bodies: { identity: Buffer.from('1'), br: Buffer.from('br 1') } }));
  await store.store(answer(position, { bodies: { identity: Buffer.from('2') } }));
  const found = await store.lookup({ keys: ['key'], encoding: 'br' });
  assert(found.hit);
  assert.equal(found.answer.body.toString(), '2');
});

testOnBothStores(
  'of two gateways that miss one works; the other finds the answer or takes over',
  async (world) => {
    const { store } = world;
    const request = { keys: ['key'], encoding: 'identity', claimMs: 300 } as const;
    const claimed = async (by = store) => {
      const found = await by.lookup(request);
      assert(!found.hit);
      return !found.claimedElsewhere;
    };
    const other = await world.another();
    assert.equal(await claimed(), true);
    assert.equal(await claimed(other), false);
    await world.pass(301);
    assert.equal(await claimed(other), true);
    await store.release('key');
    assert.equal(await claimed(), true);
    await readThrough(store, 'done');
    await store.invalidate(['posts/Post:7']);
    assert.equal(await claimed(other), true);
  },
);
