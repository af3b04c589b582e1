import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConcurrencyLimit } from '../../subgraphs/users/concurrency-limit.ts';

/** Work that ends when told. */
function controlled() {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const work = (name: number) => () => {
    started.push(name);
    return new Promise<number>((resolve) => ends.push(() => resolve(name)));
  };
  return { started, ends, work };
}

test('no more than the limit runs at once, and what waits runs in the order it came', async () => {
  const limit = createConcurrencyLimit({ running: 2, waiting: 2 });
  const { started, ends, work } = controlled();
  const results = [0, 1, 2, 3].map((name) => limit(work(name)));
  assert.deepEqual(started, [0, 1]);
  ends[1]?.();
  await results[1];
  assert.deepEqual(started, [0, 1, 2]);
  ends[0]?.();
  await results[0];
  assert.deepEqual(started, [0, 1, 2, 3]);
  ends[2]?.();
  ends[3]?.();
  assert.deepEqual(await Promise.all(results), [0, 1, 2, 3]);
});

test('what finds the queue full is told so at once, and a place is free again later', async () => {
  const limit = createConcurrencyLimit({ running: 1, waiting: 1 });
  const { ends, work } = controlled();
  const [running, waiting] = [limit(work(0)), limit(work(1))];
  await assert.rejects(limit(work(2)), { code: 'OVERLOADED' });
  ends[0]?.();
  await running;
  const next = limit(work(3));
  ends[1]?.();
  await waiting;
  ends[2]?.();
  assert.equal(await next, 3);
});

test('work that fails gives its place on', async () => {
  const limit = createConcurrencyLimit({ running: 1, waiting: 1 });
  const failing = limit(() => Promise.reject(new Error('no')));
  const next = limit(async () => 'yes');
  await assert.rejects(failing, /no/);
  assert.equal(await next, 'yes');
});
