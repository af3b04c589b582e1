import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../platform/event-bus.ts';
import { createLogger } from '../../platform/logging.ts';
import { createRedisConnection } from '../../platform/redis-connection.ts';
import { createRedisEventBus } from '../../platform/redis-event-bus.ts';
import { until } from '../support/poll.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';
import { severable } from './support/severable-redis.ts';

/** What can go wrong with events on Redis: crashes, outages, lost data, events that can't be handled. */

const logger = createLogger({ name: 'test', level: 'silent' });

test('what a subscriber took and never acknowledged is given to another', {
  skip: withoutRedis,
}, async () => {
  await using fixture = await start();
  await fixture.publish('1', '2');
  // A process that was killed in its handler leaves exactly this behind.
  await fixture.redis.xgroup('CREATE', 'events', 'a', '0');
  await fixture.redis.xreadgroup('GROUP', 'a', 'killed', 'COUNT', 10, 'STREAMS', 'events', '>');
  const heard = fixture.subscribe('a');
  await until('both are handled', async () => heard.length >= 2 || undefined);
  assert.deepEqual(heard, ['1', '2']);
  await fixture.nothingPending('a');
});

test('an event is acknowledged only when its handler is done', { skip: withoutRedis }, async () => {
  await using fixture = await start();
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  fixture.subscribe('a', async () => {
    begun.resolve();
    await finish.promise;
  });
  await fixture.publish('1');
  await begun.promise;
  assert.equal(await fixture.pending('a'), 1);
  finish.resolve();
  await fixture.nothingPending('a');
});

test('a group that comes late hears what was before', { skip: withoutRedis }, async () => {
  await using fixture = await start();
  await fixture.publish('1', '2');
  const heard = fixture.subscribe('late');
  await until('it has heard both', async () => heard.length >= 2 || undefined);
  assert.deepEqual(heard, ['1', '2']);
});

test('an event that keeps failing lets others pass, and is not lost', { skip: withoutRedis }, async () => {
  // Its retries take 8.5 s; then it is left aside until it may be claimed.
  await using fixture = await start({ claimAfterMs: 10_000 });
  const handled: string[] = [];
  let broken = true;
  fixture.subscribe('a', async ({ id }) => {
    if (id === 'bad' && broken) throw new Error('a bug');
    handled.push(id);
  });
  await fixture.publish('bad', 'good');
  await until('the good one passes', async () => handled.includes('good') || undefined, 30_000);
  broken = false;
  await until('the bad one is handled', async () => handled.includes('bad') || undefined, 30_000);
  assert.deepEqual(handled, ['good', 'bad']);
});

test('what is no event is dropped', { skip: withoutRedis }, async () => {
  await using fixture = await start();
  for (const fields of [
    ['event', 'no json'],
    ['event', '{"id":1}'],
    ['other', 'field', 'and', 'more'],
  ])
    await fixture.redis.xadd('events', '*', ...fields);
  await fixture.publish('1');
  const heard = fixture.subscribe('a');
  await until('the event behind it is handled', async () => heard.length > 0 || undefined);
  assert.deepEqual(heard, ['1']);
  await fixture.nothingPending('a');
});

test('subscribers survive a Redis that loses its data', { skip: withoutRedis }, async () => {
  await using fixture = await start();
  const heard = fixture.subscribe('a');
  await fixture.publish('1');
  await until('it is handled', async () => heard.length > 0 || undefined);
  await fixture.redis.del('events');
  await fixture.publish('2');
  await until('the next one, too', async () => heard.includes('2') || undefined);
});

test('while Redis is away publishing fails soon, and afterwards everything goes on', {
  skip: withoutRedis,
}, async () => {
  await using fixture = await start();
  const heard = fixture.subscribe('a');
  await fixture.publish('1');
  await until('it is handled', async () => heard.length > 0 || undefined);
  await fixture.way.cut();
  await assert.rejects(fixture.publish('2'));
  await fixture.way.mend();
  await until('Redis takes it', async () => {
    await fixture.publish('2');
    return true;
  });
  await until('it is handled', async () => heard.includes('2') || undefined);
});

test('a subscription stops while Redis is away, and when it never was there', {
  skip: withoutRedis,
}, async () => {
  await using fixture = await start();
  await fixture.way.cut();
  const subscription = fixture.bus.subscribe('a', async () => {});
  await subscription.stop();
});

/** A bus on a Redis of its own, and the way to it. */
async function start({ claimAfterMs = 50 } = {}) {
  await using opening = new AsyncDisposableStack();
  const server = opening.use(await freshRedis());
  const way = opening.use(await severable(server.url));
  const redis = createRedisConnection({ url: server.url, commandTimeoutMs: 5_000, whileAway: '', logger });
  await redis.connect();
  opening.defer(() => redis.disconnect());
  const bus = createRedisEventBus({ url: way.url, logger, claimAfterMs });
  const publisher = bus.openPublisher();
  opening.defer(() => publisher.close());
  const stack = opening.move();

  const pending = async (group: string) => Number((await redis.xpending('events', group))[0]);
  return {
    way,
    /** Past the bus. */
    redis,
    bus,
    async publish(...ids: string[]) {
      for (const id of ids) await publisher.publish({ id, type: 'test.happened', payload: null });
    },
    /** @returns the ids of what it was called with, as they come. */
    subscribe(group: string, handler: (event: Event) => Promise<void> = async () => {}) {
      const heard: string[] = [];
      const subscription = bus.subscribe(group, async (event) => {
        heard.push(event.id);
        await handler(event);
      });
      stack.defer(() => subscription.stop());
      return heard;
    },
    pending,
    nothingPending: (group: string) =>
      until('everything is acknowledged', async () => (await pending(group)) === 0 || undefined),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
