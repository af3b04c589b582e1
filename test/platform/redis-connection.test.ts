import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { createRedisConnection } from '../../platform/redis-connection.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';

const skip = withoutRedis;
const commandTimeoutMs = 100;

test('a reply that came while this process was busy is no timeout', { skip }, async () => {
  await using server = await connected();
  const reply = server.redis.ping();
  keepBusy(3 * commandTimeoutMs);
  assert.equal(await reply, 'PONG');
});

test('a server that hangs is given up', { skip }, async () => {
  await using server = await connected();
  // Every client waits from here on.
  await server.redis.call('CLIENT', 'PAUSE', 60_000, 'ALL');
  await assert.rejects(server.redis.ping(), /timed out/);
  await assert.rejects(server.redis.multi().get('a').get('b').exec(), /timed out/);
});

async function connected() {
  const server = await freshRedis();
  const logger = pino({ level: 'silent' });
  const redis = createRedisConnection({ url: server.url, commandTimeoutMs, whileAway: '', logger });
  await redis.connect();
  return {
    redis,
    async [Symbol.asyncDispose]() {
      redis.disconnect();
      await server[Symbol.asyncDispose]();
    },
  };
}

function keepBusy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
