import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event, EventBus, EventPublisher } from '../../platform/event-bus.ts';
import { createInProcessEventBus } from '../../platform/in-process-event-bus.ts';
import { createLogger } from '../../platform/logging.ts';
import { createRedisEventBus } from '../../platform/redis-event-bus.ts';
import { until } from '../support/poll.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';

/** What every bus promises, asked of each of them. */

const logger = createLogger({ name: 'test', level: 'silent' });

const buses: {
  name: string;
  skip: string | false;
  open: (stack: AsyncDisposableStack) => Promise<EventBus>;
}[] = [
  { name: 'in process', skip: false, open: async () => createInProcessEventBus() },
  {
    name: 'on Redis',
    skip: withoutRedis,
    open: async (stack) =>
      createRedisEventBus({ url: stack.use(await freshRedis()).url, logger, claimAfterMs: 50 }),
  },
];

for (const { name, skip, open } of buses) {
  const testBus = (sentence: string, work: (bus: BusUnderTest) => Promise<void>) =>
    test(`${name}: ${sentence}`, { skip }, async () => {
      await using stack = new AsyncDisposableStack();
      const bus = await open(stack);
      const publisher = bus.openPublisher();
      stack.defer(() => publisher.close());
      await work({
        publish: (...ids) => publishAll(publisher, ids),
        subscribe(group, handler) {
          const subscription = bus.subscribe(group, handler);
          stack.defer(() => subscription.stop());
          return subscription;
        },
      });
    });

  testBus('every group gets every event, in order, and of a group one subscriber', async (bus) => {
    const heard = { a1: [] as string[], a2: [] as string[], b: [] as string[] };
    bus.subscribe('a', async ({ id }) => void heard.a1.push(id));
    bus.subscribe('a', async ({ id }) => void heard.a2.push(id));
    bus.subscribe('b', async ({ id }) => void heard.b.push(id));
    const ids = Array.from({ length: 50 }, (_, index) => String(index).padStart(2, '0'));
    await bus.publish(...ids);
    await until('both groups have heard everything', async () => {
      const count = heard.a1.length + heard.a2.length;
      return (count >= ids.length && heard.b.length >= ids.length) || undefined;
    });
    assert.deepEqual(heard.b, ids);
    assert.deepEqual([...heard.a1, ...heard.a2].toSorted(), ids);
    for (const own of [heard.a1, heard.a2]) assert.deepEqual(own, own.toSorted());
  });

  testBus('an event arrives as it was sent', async (bus) => {
    const heard = Promise.withResolvers<Event>();
    bus.subscribe('a', async (event) => heard.resolve(event));
    await bus.publish('1');
    assert.deepEqual(await heard.promise, eventOf('1'));
  });

  testBus('a handler that fails is called again, and nothing overtakes the event', async (bus) => {
    const heard: string[] = [];
    let failures = 2;
    bus.subscribe('a', async ({ id }) => {
      heard.push(id);
      if (failures-- > 0) throw new Error('not now');
    });
    await bus.publish('1', '2');
    await until('both are handled', async () => heard.includes('2') || undefined);
    assert.deepEqual(heard, ['1', '1', '1', '2']);
  });

  testBus('whoever stops finishes what it does, and hears no more', async (bus) => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const finished: string[] = [];
    const first = bus.subscribe('a', async ({ id }) => {
      begun.resolve();
      await finish.promise;
      finished.push(id);
    });
    const publishing = bus.publish('1', '2');
    await begun.promise;
    const stopping = first.stop();
    finish.resolve();
    await stopping;
    assert.deepEqual(finished, ['1']);
    const heard: string[] = [];
    bus.subscribe('a', async ({ id }) => void heard.push(id));
    await publishing;
    await until('the other one goes on', async () => heard.includes('2') || undefined);
    assert.deepEqual([finished, heard], [['1'], ['2']]);
  });

  testBus('a handler that fails again and again keeps nobody from stopping', async (bus) => {
    const failed = Promise.withResolvers<void>();
    const failing = bus.subscribe('a', async () => {
      failed.resolve();
      throw new Error('never');
    });
    const publishing = bus.publish('1');
    await failed.promise;
    await failing.stop();
    const heard = Promise.withResolvers<string>();
    bus.subscribe('a', async ({ id }) => heard.resolve(id));
    assert.equal(await heard.promise, '1');
    await publishing;
  });
}

test('in process: an event that nobody listens for is not taken', async () => {
  const bus = createInProcessEventBus();
  const publisher = bus.openPublisher();
  await assert.rejects(publisher.publish(eventOf('1')), /nobody has subscribed/);
  await bus.subscribe('a', async () => {}).stop();
  await assert.rejects(publisher.publish(eventOf('1')), /nobody of a takes events/);
});

interface BusUnderTest {
  /** Publishes in this order, each as often as it takes, as an outbox does. */
  publish(...ids: string[]): Promise<void>;
  subscribe: EventBus['subscribe'];
}

function eventOf(id: string): Event {
  return { id, type: 'test.happened', payload: { n: 1, deep: [null, 'ü', { id }] } };
}

async function publishAll(publisher: EventPublisher, ids: string[]): Promise<void> {
  for (const id of ids)
    await until(`${id} is published`, async () => {
      await publisher.publish(eventOf(id));
      return true;
    });
}
