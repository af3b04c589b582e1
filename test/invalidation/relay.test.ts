import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { v7 } from 'uuid';
import { drain, leaseMs } from '../../cache/drain.ts';
import type { CacheStore } from '../../cache/store.ts';
import { createLogger } from '../../platform/logging.ts';
import { createCacheOutbox } from '../../subgraphs/shared/cache-outbox.ts';
import { createCacheRelay } from '../../subgraphs/shared/cache-relay.ts';
import { holdCalls } from '../cache/support/pauses.ts';
import { memoryWorld } from '../cache/support/store-worlds.ts';
import { insertPost, published } from '../data/rows.ts';
import { freshDatabase, type TestDatabase, withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { createTestPool } from '../support/pools.ts';
import { createRecordedStore } from './support/recorded-store.ts';

/** From a committed row to a mark in the cache. What relays do among each other is in test/cache; this is about PostgreSQL. */

const logger = createLogger({ name: 'test', level: 'silent' });

function openRelay(database: TestDatabase, store: CacheStore, registry = new Registry()) {
  return createCacheRelay({
    subgraph: 'posts',
    databaseUrl: database.url,
    store,
    redisUrl: undefined,
    registry,
    logger,
  });
}

const waiting = (database: TestDatabase) =>
  withClient(database.url, async (client) => {
    const { rows } = await client.query<{ count: number }>('SELECT count(*)::int FROM cache_outbox');
    return rows[0]?.count;
  });

const writePost = (database: TestDatabase) =>
  withClient(database.url, (client) => insertPost(client, published));

test('a line typed into psql is published, and then forgotten', async () => {
  await using database = await freshDatabase('posts');
  const store = createRecordedStore();
  const relay = openRelay(database, store);
  await relay.start();
  try {
    const id = await writePost(database);
    await until('the invalidation', async () =>
      store.takeInvalidated().includes(`posts/Post:${id}`) ? true : undefined,
    );
    await until('an empty outbox', async () => ((await waiting(database)) === 0 ? true : undefined));
  } finally {
    await relay.stop();
  }
});

test('a relay keeps the lease of its subgraph', async () => {
  await using database = await freshDatabase('posts');
  const store = createRecordedStore();
  const relay = openRelay(database, store);
  await relay.start();
  try {
    const lease = await until('a lease', async () =>
      (await store.changesSince(undefined)).leases.get('posts'),
    );
    assert(lease <= leaseMs);
  } finally {
    await relay.stop();
  }
});

test('what is written by the time a relay stops is published', async () => {
  await using database = await freshDatabase('posts');
  const store = createRecordedStore();
  const relay = openRelay(database, store);
  await relay.start();
  const id = await writePost(database);
  await relay.stop();
  assert(store.takeInvalidated().includes(`posts/Post:${id}`));
  assert.equal(await waiting(database), 0);
});

test('a relay that was never started can be stopped', async () => {
  await using database = await freshDatabase('posts');
  await openRelay(database, createRecordedStore()).stop();
});

for (const [moment, method] of [
  ['before it published', 'invalidate'],
  ['after it published and before it deleted', 'remove'],
] as const)
  test(`a relay that dies ${moment} loses nothing`, async () => {
    await using database = await freshDatabase('posts');
    const pool = createTestPool(database.url, 2);
    try {
      const { store } = memoryWorld();
      const route = { subgraph: 'posts', outbox: createCacheOutbox(pool), store };
      await drain(route);
      const id = await writePost(database);
      const { position } = await store.status();

      const [heldStore, heldOutbox] = [holdCalls(store), holdCalls(route.outbox)];
      const dying = method === 'invalidate' ? heldStore : heldOutbox;
      void drain({
        ...route,
        ...(method === 'invalidate' ? { store: heldStore.held } : { outbox: heldOutbox.held }),
      });
      await dying.proceedUntil(method);
      // Nobody lets it go on.
      assert.equal((await drain(route)).done, true);
      const outcome = await store.check({ position, tags: [`posts/Post:${id}`], relays: [] });
      assert.equal(outcome.valid, false);
      assert.equal(await waiting(database), 0);
    } finally {
      await pool.end();
    }
  });

test('two relays on one outbox lose nothing, and hide nothing from each other', async () => {
  await using database = await freshDatabase('posts');
  const store = createRecordedStore();
  const relays = [openRelay(database, store), openRelay(database, store)];
  const pool = createTestPool(database.url, 4);
  const written: string[] = [];
  try {
    for (const relay of relays) await relay.start();
    const { position } = await store.status();
    const write = async (_: unknown, index: number) => {
      const id = v7();
      await pool.query(
        "INSERT INTO posts (id, author_id, slug, title, body) VALUES ($1, $1, $2, 'Title', 'Body')",
        [id, `post-${index}`],
      );
      // As a mutation does, whichever process it is in.
      const flush = await relays[index % 2]?.flush();
      const outcome = await store.check({ position, tags: [`posts/Post:${id}`], relays: [] });
      if (flush?.published) assert.equal(outcome.valid, false, id);
      written.push(`posts/Post:${id}`);
    };
    await Promise.all(Array.from({ length: 200 }, write));
  } finally {
    await pool.end();
    for (const relay of relays) await relay.stop();
  }
  const invalidated = new Set(store.takeInvalidated());
  for (const tag of written) assert(invalidated.has(tag), tag);
  assert.equal(await waiting(database), 0);
});

test('a database that was set back invalidates all of its subgraph', async () => {
  await using database = await freshDatabase('posts');
  await using backup = await freshDatabase('posts');
  const { store } = memoryWorld();
  const drainOnce = async ({ url }: TestDatabase) => {
    const pool = createTestPool(url, 1);
    try {
      return await drain({ subgraph: 'posts', outbox: createCacheOutbox(pool), store });
    } finally {
      await pool.end();
    }
  };
  await drainOnce(database);
  const { position } = await store.status();
  const answer = { position, tags: ['posts'], relays: ['posts'] };
  await drainOnce(database);
  assert.equal((await store.check(answer)).valid, true);
  await drainOnce(backup);
  const after = await store.check(answer);
  assert.deepEqual(!after.valid && after.reason, { kind: 'tag', tag: 'posts' });
});

test('the metrics say how far the relay is behind, also when the cache is away', async () => {
  await using database = await freshDatabase('posts');
  const registry = new Registry();
  const away = { ...memoryWorld().store, status: () => Promise.reject(new Error('away')) };
  const relay = openRelay(database, away, registry);
  await relay.start();
  try {
    const figure = async (name: string) => {
      const line = (await registry.metrics()).split('\n').find((one) => one.startsWith(`${name} `));
      return Number(line?.split(' ')[1]);
    };
    assert.equal(await figure('cache_outbox_rows'), 0);
    assert.equal(await figure('cache_outbox_oldest_row_age_seconds'), 0);
    await withClient(database.url, (client) =>
      client.query(
        "INSERT INTO cache_outbox (tags, created_at) SELECT '{posts/Post:7}', now() - interval '1 hour' FROM generate_series(1, 3)",
      ),
    );
    assert.equal(await figure('cache_outbox_rows'), 3);
    assert(Math.abs((await figure('cache_outbox_oldest_row_age_seconds')) - 3_600) < 60);
    assert(Number.isFinite(await figure('cache_outbox_dead_rows')));
  } finally {
    await relay.stop();
  }
});
