import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCombinations } from '../../gateway/executor/combinations.ts';

test('what was planned for the combinations of all operations takes room for so many characters, and no more', () => {
  const plansOf = createCombinations<string>(1_000);
  const planned: string[] = [];
  const operations = ['a', 'b'].map((name) => {
    const recall = plansOf(100);
    return (combination: string) =>
      recall(combination, () => {
        planned.push(name + combination);
        return name + combination;
      });
  });
  const combinations = Array.from({ length: 64 }, (_, number) => number.toString(2).padStart(6, '0'));
  for (const combination of combinations) for (const recall of operations) recall(combination);
  assert.equal(planned.length, 128);

  // Backwards: a plan that is remembered is met before another takes its place.
  planned.length = 0;
  for (const combination of [...combinations].reverse())
    for (const [index, recall] of operations.entries())
      assert.equal(recall(combination), 'ab'[index] + combination);
  const remembered = 128 - planned.length;
  assert(remembered >= 4 && remembered <= 10, `${remembered} were remembered`);
  assert(!planned.includes('a111111') && planned.includes('a000000'));
});
