import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFlightSlots } from '../../gateway/subgraph-calls/flight-slots.ts';

/** Longer than any test lasts. */
const hour = 3_600_000;

test('as many requests are on their way as there are slots, and the next when one comes back', () => {
  let freed = 0;
  const slots = createFlightSlots({ count: 2, patienceMs: hour, onFree: () => void freed++ });
  const first = slots.take(1);
  assert.equal(slots.isFree, true);
  const second = slots.take(1);
  assert.equal(slots.isFree, false);
  first.free();
  first.free();
  assert.deepEqual([slots.isFree, freed], [true, 1]);
  const third = slots.take(1);
  assert.equal(slots.isFree, false);
  second.answered();
  third.free();
  assert.equal(freed, 3);
});

test('a slot is free again when half of the answers are there, once', () => {
  let freed = 0;
  const slots = createFlightSlots({ count: 1, patienceMs: hour, onFree: () => void freed++ });
  const slot = slots.take(5);
  slot.answered();
  slot.answered();
  assert.equal(slots.isFree, false);
  slot.answered();
  assert.equal(slots.isFree, true);
  slot.answered();
  slot.answered();
  slot.free();
  assert.equal(freed, 1);
});

test('a slot is free again when nothing is heard of it for a while', async () => {
  const freed = Promise.withResolvers<void>();
  const slots = createFlightSlots({ count: 1, patienceMs: 1, onFree: freed.resolve });
  slots.take(1);
  await freed.promise;
  assert.equal(slots.isFree, true);
});
