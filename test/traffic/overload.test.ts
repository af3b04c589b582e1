import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLoopWatch } from '../../gateway/overload/loop-watch.ts';
import { createOverloadGate } from '../../gateway/overload/overload-gate.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { startCachedGreetings } from '../gateway/support/cached-greetings.ts';
import { startShop } from '../gateway/support/shop.ts';
import { until } from '../support/poll.ts';

const overloaded = {
  errors: [{ message: 'The server is busy. Try again shortly.', extensions: { code: 'OVERLOADED' } }],
};

test('no more operations are executed at once than may be, and the next when one has ended', async () => {
  const gate = createOverloadGate(
    { mostAtOnce: 2 },
    { loop: { isLate: false }, metrics: createMetrics('test') },
  );
  const held = Promise.withResolvers<void>();
  const first = gate.run(() => held.promise);
  const second = gate.run(() => Promise.reject(new Error('failed')));
  assert.equal(
    gate.run(async () => assert.fail('executed')),
    undefined,
  );
  await assert.rejects(second ?? Promise.resolve());
  assert.equal(await gate.run(async () => 'third'), 'third');
  held.resolve();
  await first;
});

test('nothing is executed while the event loop is late', () => {
  const loop = { isLate: true };
  const gate = createOverloadGate({ mostAtOnce: 2 }, { loop, metrics: createMetrics('test') });
  assert.equal(
    gate.run(async () => assert.fail('executed')),
    undefined,
  );
  loop.isLate = false;
  assert.notEqual(
    gate.run(async () => {}),
    undefined,
  );
});

test('the loop is late with the second sample in a row above the limit, and late for long with the fourth', () => {
  let sample = () => {};
  let delay = 0;
  const loop = createLoopWatch({
    mostMs: 100,
    measure: () => delay,
    every: (_ms, act) => {
      sample = act;
      return () => {};
    },
  });
  const after = (...delays: number[]) => {
    for (const measured of delays) {
      delay = measured;
      sample();
    }
    return [loop.isLate, loop.isLateForLong];
  };
  assert.deepEqual(after(), [false, false]);
  assert.deepEqual(after(100), [false, false]);
  assert.deepEqual(after(101), [false, false]);
  assert.deepEqual(after(100, 5_000), [false, false]);
  assert.deepEqual(after(101), [true, false]);
  assert.deepEqual(after(500), [true, false]);
  assert.deepEqual(after(500), [true, true]);
  assert.deepEqual(after(50), [false, false]);
  assert.deepEqual(after(500, 500, 500, 50, 500), [false, false]);
});

test('one operation too many gets 503, a code and when to come back; mutations and landing pages, too', async () => {
  const held = Promise.withResolvers<string>();
  const arrived = Promise.withResolvers<void>();
  await using shop = await startShop({
    env: { MAX_OPERATIONS_IN_FLIGHT: '1' },
    products: {
      Query: {
        slow: () => {
          arrived.resolve();
          return held.promise;
        },
      },
    },
  });
  const { gateway, products } = shop;
  const slow = gateway.query('{ slow }');
  await arrived.promise;
  for (const query of ['{ viewer }', 'mutation { rename(id: "7", name: "x") { name } }']) {
    const refused = await gateway.send({ query });
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get('retry-after'), '1');
    assert.equal(refused.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.deepEqual(await refused.json(), overloaded);
  }
  assert.equal(products.calls.length, 1);
  // It says nothing of this gateway alone, so the balancer leaves it in.
  assert.equal((await fetch(new URL('/health/ready', gateway.adminUrl))).status, 200);
  const metrics = await (await fetch(new URL('/metrics', gateway.adminUrl))).text();
  assert.match(metrics, /gateway_overload_refusals_total\{reason="in_flight",.*\} 2\n/);
  assert.match(metrics, /gateway_operations_in_flight\{.*\} 1\n/);

  held.resolve('done');
  assert.deepEqual(await slow, { data: { slow: 'done' } });
  assert.equal((await gateway.query('{ viewer }')).errors, undefined);
});

test('a gateway that executes no more still serves what it has kept', async () => {
  const held = Promise.withResolvers<void>();
  let holds = false;
  await using greetings = await startCachedGreetings({
    env: { MAX_OPERATIONS_IN_FLIGHT: '1' },
    async answer(reply) {
      if (holds) await held.promise;
      reply.header('cache-control', 'max-age=60, public').send({ data: { greeting: 'hello' } });
    },
  });
  await greetings.hit('{ greeting }');
  holds = true;
  const before = greetings.executions();
  const slow = greetings.ask('{ greeting(to: "Ada") }');
  await until('it is being executed', async () => greetings.executions() > before || undefined);
  assert.equal((await greetings.ask('{ greeting }')).status, 200);
  const refused = await greetings.ask('{ greeting(to: "Bob") }');
  assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '1']);
  held.resolve();
  assert.equal((await slow).status, 200);
  // The refusal was not kept.
  assert.equal((await greetings.ask('{ greeting(to: "Bob") }')).status, 200);
});

test('a gateway whose event loop is late refuses operations, and then tells the balancer', async () => {
  await using shop = await startShop({ env: { MAX_EVENT_LOOP_DELAY_MS: '60' } });
  const { gateway } = shop;
  const ready = () => fetch(new URL('/health/ready', gateway.adminUrl));
  await until('it is ready', async () => (await ready()).ok || undefined);
  // Test and gateway share the loop.
  const blocker = setInterval(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150), 1);
  try {
    const refused = await until('it refuses', async () => {
      const response = await gateway.send({ query: '{ viewer }' });
      return response.status === 503 ? response : undefined;
    });
    assert.deepEqual(await refused.json(), overloaded);
    const unready = await until('it is not ready', async () => {
      const response = await ready();
      return response.ok ? undefined : response;
    });
    assert.deepEqual(await unready.json(), {
      status: 'not ready',
      checks: { supergraph: 'ok', load: 'failing' },
    });
  } finally {
    clearInterval(blocker);
  }
  await until('it answers', async () => (await gateway.send({ query: '{ viewer }' })).ok || undefined);
  assert.equal((await ready()).status, 200);
});
