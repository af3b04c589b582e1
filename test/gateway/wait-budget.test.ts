import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createRedisStore } from '../../cache/redis-store.ts';
import { waitBudgetMs } from '../../cache/wait-budget.ts';
import { connectTo } from '../cache/support/store-worlds.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';
import { isHit, startCachedGreetings } from './support/cached-greetings.ts';

/** Rule 7, over HTTP: all that a request asks Redis for takes from one budget, the rate limit included. */

const query = '{ greeting }';
/** Each reply takes so long by the gateway's clock: less than a command may, so that no breaker opens. */
const slowMs = 60;

test('a request waits for a slow Redis 150 ms in all, and is answered while the rest is on its way', {
  skip: withoutRedis,
  timeout: 30_000,
}, async (t) => {
  await using redis = await freshRedis();
  await using slow = await startHeldRedis(new URL(redis.url).pathname);
  await using world = await startCachedGreetings({ env: { REDIS_URL: slow.url } });
  const operator = connectTo(redis.url);
  t.after(() => operator.disconnect());
  // Kept in the gateway's memory, and by then each script is known to the server.
  await world.hit(query);
  assert.ok(isHit(await world.ask(query)));
  await createRedisStore({ redis: operator, prefix: 'supergraph' }).invalidate(['greetings']);
  const executions = world.executions();

  const clock = stopTime(t);
  slow.hold();
  const answer = world.ask(query);
  const waited: string[] = [];
  let leftMs = waitBudgetMs;
  while (leftMs > 0) {
    waited.push(await slow.nextCommand());
    const ms = Math.min(slowMs, leftMs);
    leftMs -= ms;
    clock.pass(ms);
    if (leftMs > 0) await slow.release();
  }
  // What was asked last is still held, and so is all that comes after it.
  const { status, headers } = await answer;
  assert.equal(status, 200);
  assert.match(headers['cache-status'] ?? '', /fwd=stale/);
  assert.deepEqual(waited, ['changes', 'lookup', 'rate limit']);
  assert.equal(world.executions(), executions + 1);
  slow.letGo();
});

/** By the keys that it names. */
function kindOf(command: string): string {
  if (command.includes('rate:')) return 'rate limit';
  return command.includes(':entry:') ? 'lookup' : 'changes';
}

/** What takes time in this process takes it when the test says so. */
function stopTime(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
  return { pass: (ms: number) => t.mock.timers.tick(ms) };
}

/** Stands before a Redis, and holds its replies back until the test lets each go. */
async function startHeldRedis(path: string) {
  const sockets = new Set<Socket>();
  let isHeld = false;
  let held: (() => void)[] = [];
  const arrived: string[] = [];
  let wanted: ((command: string) => void) | undefined;

  const announce = (command: string) => {
    if (wanted === undefined) arrived.push(command);
    else wanted(command);
    wanted = undefined;
  };
  const server = createServer((client) => {
    const redis = connect(path);
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
    client.on('data', (piece) => {
      redis.write(piece);
      if (isHeld) announce(kindOf(piece.toString()));
    });
    redis.on('data', (piece) => {
      const deliver = () => client.write(piece);
      if (isHeld) held.push(deliver);
      else deliver();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const deliverAll = () => {
    const replies = held;
    held = [];
    for (const deliver of replies) deliver();
  };

  return {
    url: `redis://127.0.0.1:${port}`,
    hold() {
      isHeld = true;
    },
    /** Delivers what Redis replied to the last command, once it has. */
    async release() {
      while (held.length === 0) await new Promise(setImmediate);
      deliverAll();
    },
    letGo() {
      isHeld = false;
      deliverAll();
    },
    nextCommand: async () =>
      arrived.shift() ??
      new Promise<string>((resolve) => {
        wanted = resolve;
      }),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
