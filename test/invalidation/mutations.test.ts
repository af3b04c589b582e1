import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFlushReport } from '../../cache/flush-report.ts';
import { isAtOrAfter } from '../../cache/position.ts';
import { createRedisCache } from '../../cache/redis-cache.ts';
import type { CacheStore } from '../../cache/store.ts';
import { createLogger } from '../../platform/logging.ts';
import { connectTo, memoryWorld } from '../cache/support/store-worlds.ts';
import { newPerson, startPosts } from '../posts/support/posts-subgraph.ts';
import { until } from '../support/poll.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';
import { startSupergraph, type TestSupergraph } from '../support/supergraph.ts';
import { createRecordedStore } from './support/recorded-store.ts';

/** Rule 4, through a subgraph: what a mutation wrote is published before it answers, or its answer says that it isn't. */

const createPost = `mutation ($title: String!) {
  createPost(input: { title: $title, body: "Body" }) { post { id } userErrors { code } }
}`;

function reportOf(answer: { body: object }) {
  return readFlushReport(Reflect.get(answer.body, 'extensions'));
}

test('when a mutation answers, what it wrote is invalidated', async () => {
  const store = createRecordedStore();
  await using posts = await startPosts({ cacheStore: store });
  const author = newPerson();
  for (const title of ['One', 'Two', 'Three']) {
    const answer = await posts.call(author, createPost, { title });
    const invalidated = store.takeInvalidated();
    assert(invalidated.includes(`posts/Post.drafts:${author}`), title);
    const report = reportOf(answer);
    assert(report !== undefined && 'position' in report);
    assert(isAtOrAfter((await store.status()).position, report.position));
  }
});

test('a mutation that was refused, or failed, is flushed like any other', async () => {
  await using posts = await startPosts({ cacheStore: createRecordedStore() });
  const refused = await posts.call(newPerson(), createPost, { title: '' });
  assert.equal(refused.body.data.createPost.userErrors[0].code, 'INVALID');
  const failed = await posts.call(null, createPost, { title: 'Title' });
  assert.equal(failed.body.errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
  for (const answer of [refused, failed]) {
    const report = reportOf(answer);
    assert(report !== undefined && 'position' in report);
  }
});

test('a mutation that is sent again answers when what it wrote the first time is invalidated', async () => {
  const store = createRecordedStore();
  let isAway = true;
  const flaky: CacheStore = {
    ...store,
    invalidate: async (tags) => (isAway ? Promise.reject(new Error('away')) : store.invalidate(tags)),
  };
  await using posts = await startPosts({ cacheStore: flaky });
  const author = newPerson();
  const again = createPost.replace('body:', 'idempotencyKey: "once", body:');
  const first = await posts.call(author, again, { title: 'Once' });
  assert.deepEqual(reportOf(first), { bypassMs: 2_500 });
  assert.deepEqual(store.takeInvalidated(), []);

  isAway = false;
  const second = await posts.call(author, again, { title: 'Once' });
  assert.deepEqual(second.body.data, first.body.data);
  assert(store.takeInvalidated().includes(`posts/Post.drafts:${author}`));
  const report = reportOf(second);
  assert(report !== undefined && 'position' in report);
  assert(isAtOrAfter((await store.status()).position, report.position));
});

test('a query waits for no flush and reports none', async () => {
  await using posts = await startPosts({ cacheStore: createRecordedStore() });
  assert.equal(reportOf(await posts.call(null, '{ posts { nodes { id } } }')), undefined);
});

test('a mutation succeeds when the cache is away, and says for how long to look past it', async () => {
  const { store } = memoryWorld();
  let isAway = true;
  const flaky: CacheStore = {
    ...store,
    status: async () => (isAway ? Promise.reject(new Error('away')) : store.status()),
  };
  await using posts = await startPosts({ cacheStore: flaky });
  const before = await store.status();
  const author = newPerson();
  const answer = await posts.call(author, createPost, { title: 'Away' });
  assert.deepEqual(answer.body.data.createPost.userErrors, []);
  assert.deepEqual(reportOf(answer), { bypassMs: 2_500 });

  isAway = false;
  await until('the invalidation', async () => {
    const outcome = await store.check({
      position: before.position,
      tags: [`posts/Post.drafts:${author}`],
      relays: [],
    });
    return outcome.valid ? undefined : true;
  });
});

test('a mutation succeeds when the cache hangs, within the time that a flush may take', async () => {
  const { store } = memoryWorld();
  const hanging = Promise.withResolvers<never>();
  await using posts = await startPosts({ cacheStore: { ...store, invalidate: () => hanging.promise } });
  const answer = await posts.call(newPerson(), createPost, { title: 'Hangs' });
  assert.deepEqual(answer.body.data.createPost.userErrors, []);
  assert.deepEqual(reportOf(answer), { bypassMs: 2_500 });
  // Or the subgraph would wait for it when it stops.
  hanging.reject(new Error('away'));
});

/** Signs somebody up, through the gateway. */
async function signUp({ url }: TestSupergraph, username: string): Promise<void> {
  const input = { username, email: `${username}@example.com`, password: 'correct horse battery' };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation ($input: SignUpInput!) { signUp(input: $input) { user { id } } }',
      variables: { input },
    }),
  });
  const { data } = (await response.json()) as { data: { signUp: { user: { id: string } | null } } };
  assert(data.signUp.user?.id);
}

/** The cache as another process sees it. */
async function openCache(url: string) {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const cache = createRedisCache({ url, commandTimeoutMs: 1_000, whileAway: '', logger });
  await cache.connect();
  return cache;
}

test('through Redis, what a mutation wrote is invalid for every process when it answers', {
  skip: withoutRedis,
}, async () => {
  await using redis = await freshRedis();
  await using supergraph = await startSupergraph({}, redis.url);
  const { store, close } = await openCache(redis.url);
  try {
    const { position } = await store.status();
    const answer = { position, tags: ['users/User.all'], relays: [] };
    assert.equal((await store.check(answer)).valid, true);
    await signUp(supergraph, 'ada');
    assert.equal((await store.check(answer)).valid, false);
  } finally {
    close();
  }
});

test('when Redis has lost everything mutations succeed, and its new life is told of them', {
  skip: withoutRedis,
}, async () => {
  await using redis = await freshRedis();
  await using supergraph = await startSupergraph({}, redis.url);
  const { store, close } = await openCache(redis.url);
  const operator = connectTo(redis.url);
  try {
    await signUp(supergraph, 'before');
    const { position } = await store.status();
    await operator.flushall();
    await signUp(supergraph, 'after');
    const changes = await until('a lease in the new life', async () => {
      const found = await store.changesSince(undefined);
      return found.leases.has('users') ? found : undefined;
    });
    assert.notEqual(changes.position.epoch, position.epoch);
  } finally {
    operator.disconnect();
    close();
  }
});
