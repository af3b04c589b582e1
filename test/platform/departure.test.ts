import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Departure } from '../../platform/departure.ts';

test('who listens hears once that somebody has left, and who has stopped listening does not', () => {
  const departure = new Departure();
  const heard: string[] = [];
  const [first, second] = ['first', 'second'].map((name) => () => void heard.push(name));
  assert(first && second);
  departure.listen(first);
  departure.listen(second);
  departure.unlisten(first);
  assert.equal(departure.hasLeft, false);
  departure.leave();
  departure.leave();
  assert.deepEqual([departure.hasLeft, heard], [true, ['second']]);
});

test('who comes too late sees that somebody has left, and hears nothing', () => {
  const departure = new Departure();
  departure.leave();
  departure.listen(() => assert.fail());
  departure.leave();
  assert.equal(departure.hasLeft, true);
});
