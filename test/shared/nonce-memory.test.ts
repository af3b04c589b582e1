import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNonceMemory } from '../../subgraphs/shared/nonce-memory.ts';

const windowMs = 30_000;
const start = 1_700_000_000_000;

test('a nonce is known for as long as its signature holds, wherever in the window it was signed', () => {
  for (const offset of [-windowMs, -1, 0, 1, windowMs]) {
    const memory = createNonceMemory({ windowMs, most: 1_000 });
    const signedAt = start + offset;
    assert.equal(memory.isFirst('a', signedAt, start), true);
    for (let now = start; now <= signedAt + windowMs; now += 500) {
      // Others come all the time.
      assert.equal(memory.isFirst(`other ${now}`, now, now), true);
      assert.equal(memory.isFirst('a', signedAt, now), false, `${offset} ${now - start}`);
    }
  }
});

test('what nobody can repeat any more is forgotten', () => {
  const memory = createNonceMemory({ windowMs, most: 1_000_000 });
  let largest = 0;
  for (let now = start; now < start + 20 * windowMs; now += 10) {
    memory.isFirst(`nonce ${now}`, now, now);
    largest = Math.max(largest, memory.size);
  }
  // A window, and two slices that are only part of it.
  assert(largest <= (windowMs + 10_000) / 10, `${largest}`);
});

test('when there are too many the oldest are forgotten, and cannot be repeated all the same', () => {
  const memory = createNonceMemory({ windowMs, most: 100 });
  for (let count = 0; count < 60; count += 1)
    assert.equal(memory.isFirst(`old ${count}`, start, start), true);
  const later = start + 7_000;
  for (let count = 0; count < 60; count += 1)
    assert.equal(memory.isFirst(`new ${count}`, later, later), true, `${count}`);
  assert(memory.size <= 100);
  for (let count = 0; count < 60; count += 1) {
    assert.equal(memory.isFirst(`old ${count}`, start, later), false);
    assert.equal(memory.isFirst(`new ${count}`, later, later), false);
  }
  assert.equal(memory.isFirst('one more', later, later), true);
});
