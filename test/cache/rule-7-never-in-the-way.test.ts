import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { pino } from 'pino';
import { createGuardedStore } from '../../cache/guarded-store.ts';
import { createLocalCache } from '../../cache/local-cache.ts';
import { createRedisStore } from '../../cache/redis-store.ts';
import { createResponseCache } from '../../cache/response-cache.ts';
import { createRedisBreaker } from '../../platform/redis-breaker.ts';
import { createRedisConnection } from '../../platform/redis-connection.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';
import { answer, read, readThrough } from './support/answers.ts';
import { connectTo, redisWorld, useRedis } from './support/store-worlds.ts';

useRedis();

const commandTimeoutMs = 50;

test('after a failure nothing is tried for a while', async () => {
  const { breaker, pass } = createTestBreaker();
  let tried = 0;
  const hang = () => {
    tried += 1;
    return Promise.reject(new Error('Command timed out'));
  };
  await assert.rejects(breaker.run(hang), /timed out/);
  for (let call = 0; call < 100; call += 1)
    await assert.rejects(breaker.run(hang), { name: 'RedisAwayError' });
  assert.equal(tried, 1);
  pass(999);
  await assert.rejects(breaker.run(hang), { name: 'RedisAwayError' });
  pass(1);
  await assert.rejects(breaker.run(hang), /timed out/);
  assert.equal(tried, 2);
});

test('then one tries, and the others do not wait for how it goes', async () => {
  const { breaker, pass } = createTestBreaker();
  await assert.rejects(breaker.run(() => Promise.reject(new Error('Connection is closed'))));
  pass(1_000);
  const trial = Promise.withResolvers<string>();
  const trying = breaker.run(() => trial.promise);
  await assert.rejects(
    breaker.run(async () => 'other'),
    { name: 'RedisAwayError' },
  );
  trial.resolve('well');
  assert.equal(await trying, 'well');
  assert.equal(await breaker.run(async () => 'other'), 'other');
});

test('a server that refuses is there: what it can do, it still may', async () => {
  const { breaker } = createTestBreaker();
  const refusal = Object.assign(new Error('OOM command not allowed'), { name: 'ReplyError' });
  await assert.rejects(
    breaker.run(() => Promise.reject(refusal)),
    /OOM/,
  );
  assert.equal(await breaker.run(async () => 'well'), 'well');
});

test('a server that hangs costs one command timeout, and no request fails', {
  skip: withoutRedis,
}, async () => {
  await using redis = await freshRedis();
  const { cache, store, sent, close } = await gateway(redis.url);
  await readThrough(store, 'v0');
  const operator = connectTo(redis.url);
  // Every client but this one waits from here on.
  await operator.call('CLIENT', 'PAUSE', 60_000, 'ALL');

  const before = sent();
  assert.equal(await lookup(cache), 'miss: away');
  assert.equal(sent() - before, 1);
  for (let request = 0; request < 50; request += 1) assert.equal(await lookup(cache), 'miss: away');
  assert.equal(sent() - before, 1, 'whoever comes next waits for nothing');
  assert.deepEqual(await cache.store(answer({ epoch: 'x', clock: 0 }), 'identity'), {
    stored: false,
    reason: { kind: 'away' },
  });
  close();
  operator.disconnect();
});

test('a server that is gone costs nothing, and is used again when it is back', {
  skip: withoutRedis,
}, async () => {
  await using redis = await freshRedis();
  const { cache, connection, close, pass } = await gateway(redis.url);
  const closed = once(connection, 'end');
  connection.disconnect();
  await closed;
  assert.equal(await lookup(cache), 'miss: away');
  await connection.connect();
  pass(1_000);
  assert.equal(await lookup(cache), 'miss: absent');
  close();
});

test('a full server keeps serving and forgetting; it only takes nothing new', {
  skip: withoutRedis,
}, async () => {
  await using world = await redisWorld();
  const { store, redis } = world;
  await readThrough(store, 'v0');
  await readThrough(store, 'other', { key: 'other', tags: ['posts/Post:8'] });
  const { position, timeMs } = await store.status();
  await redis.config('SET', 'maxmemory-policy', 'noeviction');
  await redis.config('SET', 'maxmemory', '1');
  try {
    assert.equal(await read(store), 'v0');
    await assert.rejects(store.store(answer(position, { key: 'new' })), /OOM/);
    await store.invalidate(['posts/Post:7']);
    const missed = await store.lookup({ keys: ['key'], encoding: 'identity', claimMs: 100 });
    assert.deepEqual(!missed.hit && missed.reason, { kind: 'tag', tag: 'posts/Post:7' });
    assert.equal(await read(store, 'other'), 'other');
    const lease = { subgraph: 'posts', epoch: position.epoch, source: 'a', endsAtMs: timeMs + 2_000 };
    assert.equal((await store.sweep(lease)).swept, true);
    assert.equal((await store.renewLease(lease)).renewed, true);
  } finally {
    await redis.config('SET', 'maxmemory', '0');
  }
});

test('a read-only server serves what it has', { skip: withoutRedis }, async () => {
  await using world = await redisWorld();
  const { store, redis } = world;
  await readThrough(store, 'v0');
  await redis.call('CONFIG', 'SET', 'min-replicas-to-write', '1');
  try {
    assert.equal(await read(store), 'v0');
    await assert.rejects(store.invalidate(['posts/Post:7']), { name: 'ReplyError' });
  } finally {
    await redis.call('CONFIG', 'SET', 'min-replicas-to-write', '0');
  }
});

function createTestBreaker() {
  let nowMs = 0;
  const isAnswer = (error: unknown) => error instanceof Error && error.name === 'ReplyError';
  return {
    breaker: createRedisBreaker({ now: () => nowMs, isAnswer }),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

/** As a gateway is put together. */
async function gateway(url: string) {
  let nowMs = 0;
  const logger = pino({ level: 'silent' });
  const connection = createRedisConnection({ url, commandTimeoutMs, whileAway: '', logger });
  await connection.connect();
  const send = connection.sendCommand.bind(connection);
  let commands = 0;
  connection.sendCommand = (...args) => {
    commands += 1;
    return send(...args);
  };
  const store = createGuardedStore(createRedisStore({ redis: connection, prefix: 'test' }), () => nowMs);
  const local = createLocalCache({ store, maxBytes: 1_000_000, maxLagMs: 0, now: () => nowMs });
  return {
    connection,
    /** How many commands were sent, each of which may take as long as its timeout. */
    sent: () => commands,
    store,
    cache: createResponseCache({ store, local }),
    pass: (ms: number) => {
      nowMs += ms;
    },
    close: () => connection.disconnect(),
  };
}

async function lookup(cache: ReturnType<typeof createResponseCache>): Promise<string> {
  const found = await cache.lookup({ keys: ['key'], encoding: 'identity' });
  return found.hit ? `hit: ${found.answer.body}` : `miss: ${found.reason.kind}`;
}
