import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareEpochs,
  formatPosition,
  isAtOrAfter,
  makeEpoch,
  parsePosition,
} from '../../cache/position.ts';

const epoch = makeEpoch(1_800_000_000_000_000, '0a0b0c0d');

test('a position survives a header', () => {
  const position = { epoch, clock: 42 };
  assert.equal(formatPosition(position), '1800000000000000-0a0b0c0d.42');
  assert.deepEqual(parsePosition(formatPosition(position)), position);
});

test('what a client makes up is no position', () => {
  for (const text of [
    '',
    '.',
    '42',
    `${epoch}`,
    `${epoch}.`,
    `${epoch}.-1`,
    `${epoch}.1.1`,
    `${epoch}.1e3`,
    `${epoch}.99999999999999999999`,
    `${epoch} .1`,
    `1800000000000000-0A0B0C0D.1`,
    `x${epoch}.1`,
  ])
    assert.equal(parsePosition(text), undefined, text);
});

test('epochs are ordered by when they began', () => {
  const later = makeEpoch(1_800_000_000_000_001, '00000000');
  assert(compareEpochs(epoch, later) < 0);
  assert(compareEpochs(later, epoch) > 0);
  assert.equal(compareEpochs(epoch, epoch), 0);
  assert(compareEpochs(makeEpoch(9, 'ffffffff'), makeEpoch(10, '00000000')) < 0);
});

test('* positions of different epochs are neither before nor after each other', () => {
  const other = makeEpoch(1_900_000_000_000_000, '0a0b0c0d');
  assert(isAtOrAfter({ epoch, clock: 2 }, { epoch, clock: 2 }));
  assert(!isAtOrAfter({ epoch, clock: 1 }, { epoch, clock: 2 }));
  assert(!isAtOrAfter({ epoch: other, clock: 2 }, { epoch, clock: 1 }));
  assert(!isAtOrAfter({ epoch, clock: 2 }, { epoch: other, clock: 1 }));
});
