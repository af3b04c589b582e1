import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRedisCache } from '../../cache/redis-cache.ts';
import { startPrivateRedis } from '../../local/private-redis.ts';
import { captureLog } from '../gateway/support/captured-log.ts';
import { until } from '../support/poll.ts';
import { runFolderVariable, withoutRedis } from '../support/redis.ts';
import { connectTo } from './support/store-worlds.ts';

/** A Redis that hangs keeps its connections open, so that they tell of nothing. */

test('a server that hangs is logged once, and once more when it answers again', {
  skip: withoutRedis,
}, async () => {
  await using server = await redisThatHangs();
  const { logger, lines } = captureLog();
  const cache = createRedisCache({
    url: server.url,
    commandTimeoutMs: 100,
    whileAway: 'the test goes on without',
    logger,
  });
  await cache.connect();
  await cache.store.status();

  for (const outage of [1, 2]) {
    server.hang();
    // Several at once, of which none knows yet that the others fail; then some that aren't even tried.
    for (let round = 0; round < 3; round += 1)
      await Promise.allSettled(Array.from({ length: 5 }, () => cache.store.status()));
    assert.deepEqual(messages(lines).slice(-1), ['Redis does not answer: the test goes on without']);
    assert.equal(lines.length, outage * 2 - 1);

    server.goOn();
    await until('an answer', () => cache.store.status());
    assert.deepEqual(messages(lines).slice(-1), ['Redis answers again']);
    assert.equal(lines.length, outage * 2);
  }
  cache.close();
});

test('a server that is gone is logged by its connection, and by nobody else', {
  skip: withoutRedis,
}, async () => {
  await using server = await redisThatHangs();
  const { logger, line, lines } = captureLog();
  const cache = createRedisCache({ url: server.url, commandTimeoutMs: 100, whileAway: 'on we go', logger });
  await cache.connect();
  await cache.store.status();
  await server.stop();
  await line(({ msg }) => msg === 'Redis is away: on we go');
  await assert.rejects(cache.store.status());
  assert.equal(lines.length, 1);
  cache.close();
});

async function redisThatHangs() {
  const folder = await mkdtemp(join(process.env[runFolderVariable] ?? tmpdir(), 'redis-'));
  const server = await startPrivateRedis({ folder });
  assert(server !== undefined);
  const operator = connectTo(server.url);
  const pid = Number(/process_id:(\d+)/.exec(await operator.info('server'))?.[1]);
  operator.disconnect();
  let hangs = false;
  const hang = () => {
    hangs = process.kill(pid, 'SIGSTOP');
  };
  const goOn = () => {
    if (hangs) process.kill(pid, 'SIGCONT');
    hangs = false;
  };
  return {
    url: server.url,
    stop: server.stop,
    hang,
    goOn,
    async [Symbol.asyncDispose]() {
      // A test that fails may leave it hanging, and then it doesn't hear that it is to stop.
      goOn();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function messages(lines: readonly Record<string, unknown>[]): unknown[] {
  return lines.map(({ msg }) => msg);
}
