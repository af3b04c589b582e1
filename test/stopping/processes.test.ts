import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { createRedisCache } from '../../cache/redis-cache.ts';
import type { CacheStore, Dependencies } from '../../cache/store.ts';
import { uuidOf } from '../../platform/global-id.ts';
import { createLogger } from '../../platform/logging.ts';
import { untilBlocked } from '../support/blocked.ts';
import { freshDatabase } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { createTestPool } from '../support/pools.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';
import {
  processSecret,
  type ServiceProcess,
  type SupergraphProcesses,
  startSupergraphProcesses,
} from '../support/service-processes.ts';
import { createSignedClient } from '../support/signed-client.ts';

/** SIGTERM to real processes: not ready, no new work, what is in flight is answered, what is written is published, exit 0. */

interface World extends SupergraphProcesses {
  readonly usersPool: Pool;
  readonly postsPool: Pool;
  readonly redisUrl: string;
}

async function startWorld(stack: AsyncDisposableStack): Promise<World> {
  const usersDatabase = stack.use(await freshDatabase('users'));
  const postsDatabase = stack.use(await freshDatabase('posts'));
  const redis = stack.use(await freshRedis());
  const processes = await startSupergraphProcesses(
    { usersDatabase, postsDatabase, redisUrl: redis.url },
    stack,
  );
  const openPool = (url: string) => {
    const pool = createTestPool(url, 3);
    stack.defer(() => pool.end());
    return pool;
  };
  return {
    ...processes,
    usersPool: openPool(usersDatabase.url),
    postsPool: openPool(postsDatabase.url),
    redisUrl: redis.url,
  };
}

/** What the admin port says: the status of `/health/ready` and of `/health/live`. */
async function health({ adminUrl }: ServiceProcess): Promise<number[]> {
  const asked = ['ready', 'live'].map((check) => fetch(new URL(`/health/${check}`, adminUrl)));
  return (await Promise.all(asked)).map(({ status }) => status);
}

/** Sends SIGTERM, and waits until the process says that it isn't ready; it goes on living. */
async function beginToStop(service: ServiceProcess): Promise<void> {
  assert.deepEqual(await health(service), [200, 200]);
  service.kill('SIGTERM');
  await until('it is no longer ready', async () => (await health(service))[0] === 503 || undefined);
  assert.deepEqual(await health(service), [503, 200]);
}

/** It goes on for a moment, for clients on their way, and then takes no new connection. */
const untilRefused = (connect: () => Promise<unknown>) =>
  until('no new connection is taken', () =>
    connect().then(
      () => undefined,
      () => true,
    ),
  );

const countOf = async (pool: Pool, table: string) =>
  (await pool.query<{ count: number }>(`SELECT count(*)::int FROM ${table}`)).rows[0]?.count;

/** The cache as another process sees it. */
async function withCache(url: string, work: (store: CacheStore) => Promise<void>): Promise<void> {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const cache = createRedisCache({ url, commandTimeoutMs: 1_000, whileAway: '', logger });
  await cache.connect();
  try {
    await work(cache.store);
  } finally {
    cache.close();
  }
}

/** What an answer of this moment rests on that a tag says all of, once the relay has said what was before it. */
async function kept(store: CacheStore, tag: string): Promise<Dependencies> {
  const [subgraph = ''] = tag.split('/');
  await until('a lease', async () => (await store.changesSince(undefined)).leases.has(subgraph) || undefined);
  const { position } = await store.status();
  return { position, tags: [tag], relays: [] };
}

test('clients on open connections are told to connect elsewhere, and lose no request', {
  skip: withoutRedis,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const { gateway, posts } = await startWorld(stack);
  for (const { url, kill, adminUrl, exit } of [gateway, posts]) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    stack.defer(() => agent.destroy());
    const ask = async () => {
      const asking = request(url, { method: 'GET', agent }).end();
      const [answer] = (await once(asking, 'response')) as [IncomingMessage];
      answer.resume();
      return answer.headers.connection;
    };
    assert.equal(await ask(), 'keep-alive');
    kill('SIGTERM');
    await until(
      'it is no longer ready',
      async () => (await fetch(new URL('/health/ready', adminUrl))).status === 503 || undefined,
    );
    assert.equal(await ask(), 'close');
    assert.equal(await exit, 0);
  }
});

test('a gateway and a subgraph that are told to stop amid a mutation both see it through', {
  skip: withoutRedis,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const { users, posts, gateway, postsPool, redisUrl } = await startWorld(stack);
  const send = async (query: string, token?: string) =>
    fetch(gateway.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query }),
    });
  const account = 'username: "ada", email: "ada@example.com", password: "correct horse battery"';
  const signedUp = await send(
    `mutation { signUp(input: { ${account} }) { user { id } session { accessToken } } }`,
  );
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's.
  const { user, session } = ((await signedUp.json()) as any).data.signUp;

  await withCache(redisUrl, async (store) => {
    const drafts = await kept(store, `posts/Post.drafts:${uuidOf('User', user.id)}`);
    const held = await postsPool.connect();
    stack.defer(() => held.release(true));
    await held.query(`BEGIN; INSERT INTO tags VALUES ('held')`);
    const inFlight = send(
      'mutation { createPost(input: { title: "T", body: "B", tags: ["held"] }) { post { title } userErrors { code } } }',
      session.accessToken,
    );
    await untilBlocked(postsPool, 1);

    await beginToStop(gateway);
    await beginToStop(posts);
    await untilRefused(() => send('{ __typename }'));
    await untilRefused(() => fetch(posts.url));
    assert.equal((await store.check(drafts)).valid, true);

    await held.query('ROLLBACK');
    const response = await inFlight;
    assert.deepEqual(await response.json(), {
      data: { createPost: { post: { title: 'T' }, userErrors: [] } },
    });
    assert.equal(await gateway.exit, 0);
    assert.equal(await posts.exit, 0);
    assert.equal((await store.check(drafts)).valid, false);
    assert.equal(await countOf(postsPool, 'cache_outbox'), 0);
  });
  users.kill('SIGTERM');
  assert.equal(await users.exit, 0);
});

test('what was written right before SIGTERM, past the services, is published before they exit', {
  skip: withoutRedis,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const { users, posts, usersPool, postsPool, redisUrl } = await startWorld(stack);
  await withCache(redisUrl, async (store) => {
    const [author, accountId] = [uuidv7(), uuidv7()];
    const drafts = await kept(store, `posts/Post.drafts:${author}`);
    await postsPool.query(
      `INSERT INTO posts (id, author_id, slug, title, body) VALUES ($1, $2, 'late', 'Late', 'B')`,
      [uuidv7(), author],
    );
    posts.kill('SIGTERM');
    await usersPool.query(`INSERT INTO events (id, type, payload) VALUES ($1, 'account.deleted', $2)`, [
      uuidv7(),
      { accountId },
    ]);
    users.kill('SIGTERM');
    assert.equal(await posts.exit, 0);
    assert.equal(await users.exit, 0);

    assert.equal((await store.check(drafts)).valid, false);
    assert.equal(await countOf(postsPool, 'cache_outbox'), 0);
    assert.equal(await countOf(usersPool, 'events'), 0);
    const redis = new Redis(redisUrl);
    stack.defer(() => redis.disconnect());
    const published = await redis.xrange('events', '-', '+');
    assert.match(JSON.stringify(published), new RegExp(accountId));
  });
});

test('a subgraph that is told to stop answers the query that it is at', { skip: withoutRedis }, async () => {
  await using stack = new AsyncDisposableStack();
  const { users, usersPool } = await startWorld(stack);
  const held = await usersPool.connect();
  stack.defer(() => held.release(true));
  await held.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
  const inFlight = createSignedClient({ name: 'users', url: users.url, secret: processSecret }).call(
    '{ user(username: "nobody") { id } }',
  );
  await untilBlocked(usersPool, 1);
  await beginToStop(users);
  await held.query('ROLLBACK');
  const { status, body } = await inFlight;
  assert.deepEqual([status, body.data], [200, { user: null }]);
  assert.equal(await users.exit, 0);
});
