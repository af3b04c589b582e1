import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstWarmUp, nextWarmUp, secondsLeft, type WarmUp } from '../../bench/measure/warm-up.ts';

/** The runs of a warm-up before a system that answers so many requests a second. */
function runs(perSecond: number, enough: WarmUp): number[] {
  const all: number[] = [];
  for (let seconds = 0; ; ) {
    const next = secondsLeft({ seconds, requests: seconds * perSecond }, enough);
    if (next === 0) return all;
    all.push(next);
    seconds += next;
  }
}

test('a warm-up takes its time, and as much more as its requests take, in whole seconds', () => {
  const enough = { seconds: 3, requests: 1_000, mostSeconds: 20 };
  assert.deepEqual(runs(5_000, enough), [3]);
  assert.deepEqual(runs(1_000 / 3, enough), [3]);
  assert.deepEqual(runs(300, enough), [3, 1]);
  assert.deepEqual(runs(110, enough), [3, 7]);
});

test('a warm-up ends at its bound, also before a system that answers nothing', () => {
  const enough = { seconds: 3, requests: 1_000, mostSeconds: 20 };
  assert.deepEqual(runs(10, enough), [3, 17]);
  assert.deepEqual(runs(0, enough), [3, 17]);
});

test('the warm-ups of a run are short ones but for the first', () => {
  for (const perSecond of [0, 10, 100_000]) assert.deepEqual(runs(perSecond, nextWarmUp), [1]);
  assert.deepEqual(runs(400, firstWarmUp), [3, 17]);
  assert.deepEqual(runs(1_000, firstWarmUp), [3, 5]);
});
