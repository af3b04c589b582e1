import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growthOf } from './growth.ts';
import type { Held } from './inspected-process.ts';

const rounds = (change: (round: number) => Partial<Held>): Held[] =>
  Array.from({ length: 10 }, (_, round) => ({
    heapBytes: 50_000_000,
    residentBytes: 150_000_000,
    resources: { TCPSocketWrap: 12 },
    ...change(round),
  }));

test('what stays, swings, or fills in the first half of the rounds is no growth', () => {
  assert.deepEqual(growthOf(rounds(() => ({}))), []);
  assert.deepEqual(growthOf(rounds((round) => ({ heapBytes: 50_000_000 + (round % 3) * 7_000_000 }))), []);
  assert.deepEqual(
    growthOf(rounds((round) => ({ heapBytes: 50_000_000 + Math.min(round, 5) * 10_000_000 }))),
    [],
  );
  assert.deepEqual(growthOf(rounds((round) => ({ resources: { TCPSocketWrap: 12 + (round % 3) } }))), []);
});

test('what grows with every round is named', () => {
  assert.match(
    String(growthOf(rounds((round) => ({ heapBytes: 50_000_000 + round * 4_000_000 })))),
    /heap: 8\.0 MB more/,
  );
  assert.match(String(growthOf(rounds((round) => ({ residentBytes: round * 20_000_000 })))), /resident/);
  assert.match(
    String(growthOf(rounds((round) => ({ resources: { Timeout: round * 10 } })))),
    /Timeout: \d+ more/,
  );
});
