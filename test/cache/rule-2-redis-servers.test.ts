import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Redis } from 'ioredis';
import { createRedisStore } from '../../cache/redis-store.ts';
import { freePort } from '../../local/free-port.ts';
import { type PrivateRedis, startPrivateRedis } from '../../local/private-redis.ts';
import { until } from '../support/poll.ts';
import { runFolderVariable, withoutRedis } from '../support/redis.ts';
import { read, readThrough } from './support/answers.ts';
import { connectTo } from './support/store-worlds.ts';

/** Servers that are restarted, replicated and promoted: an epoch is bound to one life of one of them (rule 2). */

test('* Redis comes back empty: a new epoch', { skip: withoutRedis }, async () => {
  await using place = await servers();
  const redis = await place.start('a');
  const store = createRedisStore({ redis, prefix: 'test' });
  await readThrough(store, 'old');
  const { position } = await store.status();
  await place.restart('a');
  assert.equal(await until('the connection', () => tryTo(() => read(store))), 'miss: absent');
  assert.notEqual((await store.status()).position.epoch, position.epoch);
});

test('* Redis comes back with old data: an invalidation may be missing, so nothing of it is served', {
  skip: withoutRedis,
}, async () => {
  await using place = await servers();
  const redis = await place.start('a');
  const store = createRedisStore({ redis, prefix: 'test' });
  await readThrough(store, 'old');
  await redis.save();
  await store.invalidate(['posts/Post:7']);
  await place.restart('a');
  assert.equal(await until('the connection', () => tryTo(() => read(store))), 'miss: epoch');
});

test('* a replica that is promoted begins an epoch: it may lack what the primary acknowledged', {
  skip: withoutRedis,
}, async () => {
  await using place = await servers();
  const primary = await place.start('a');
  const replica = await place.start('b');
  await readThrough(createRedisStore({ redis: primary, prefix: 'test' }), 'old');
  await replicate(replica, await place.listen(primary));
  await replica.call('REPLICAOF', 'NO', 'ONE');
  // Acknowledged by the old primary only.
  await createRedisStore({ redis: primary, prefix: 'test' }).invalidate(['posts/Post:7']);
  const gateway = createRedisStore({ redis: await place.connect('b'), prefix: 'test' });
  assert.equal(await read(gateway), 'miss: epoch');
});

test('* a primary that was a replica for a while has its run id still, and begins an epoch all the same', {
  skip: withoutRedis,
}, async () => {
  await using place = await servers();
  const a = await place.start('a');
  const b = await place.start('b');
  const writer = createRedisStore({ redis: a, prefix: 'test' });
  await readThrough(writer, 'old');
  await replicate(b, await place.listen(a));
  await b.call('REPLICAOF', 'NO', 'ONE');
  await writer.invalidate(['posts/Post:7']);
  // It takes back the copy that misses the invalidation, and is the primary again.
  await replicate(a, await place.listen(b));
  await a.call('REPLICAOF', 'NO', 'ONE');
  assert.equal(
    await read(createRedisStore({ redis: await place.connect('a'), prefix: 'test' })),
    'miss: epoch',
  );
});

test('* behind a proxy that hides the change, the next word of a relay begins the epoch', {
  skip: withoutRedis,
}, async () => {
  await using place = await servers();
  const a = await place.start('a');
  const gateway = createRedisStore({ redis: a, prefix: 'test' });
  await readThrough(gateway, 'old');
  const { position } = await gateway.status();
  // The connection stays what it was; the server behind it is another one by what it says of itself.
  await a.hset('test:{cache}:2:state', 'server', 'other');
  const relay = createRedisStore({ redis: await place.connect('a'), prefix: 'test' });
  await relay.status();
  assert.notEqual((await relay.status()).position.epoch, position.epoch);
  assert.equal(await read(gateway), 'miss: epoch');
});

async function servers() {
  const folder = await mkdtemp(join(process.env[runFolderVariable] ?? tmpdir(), 'redis-'));
  const running = new Map<string, PrivateRedis>();
  const connections: Redis[] = [];
  const start = async (name: string): Promise<void> => {
    const server = await startPrivateRedis({ folder: join(folder, name) });
    if (server === undefined) throw new Error('There is no redis-server on the PATH.');
    running.set(name, server);
  };
  const connect = async (name: string): Promise<Redis> => {
    const redis = connectTo(running.get(name)?.url ?? '');
    redis.on('error', () => {});
    connections.push(redis);
    await redis.ping();
    return redis;
  };
  return {
    connect,
    start: async (name: string) => {
      await start(name);
      return connect(name);
    },
    restart: async (name: string) => {
      await running.get(name)?.stop();
      await start(name);
    },
    /** Replicas connect by port. */
    listen: async (redis: Redis): Promise<number> => {
      const port = await freePort();
      await redis.config('SET', 'port', String(port));
      await redis.config('SET', 'repl-diskless-sync-delay', '0');
      return port;
    },
    [Symbol.asyncDispose]: async () => {
      for (const connection of connections) connection.disconnect();
      for (const server of running.values()) await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function replicate(replica: Redis, port: number): Promise<void> {
  await replica.call('REPLICAOF', '127.0.0.1', port);
  await until('the first copy', async () =>
    (await replica.info('replication')).includes('master_link_status:up') ? true : undefined,
  );
}

async function tryTo<T>(work: () => Promise<T>): Promise<T | undefined> {
  return work().catch(() => undefined);
}
