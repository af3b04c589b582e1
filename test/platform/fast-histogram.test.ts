import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { createFastHistogram } from '../../platform/fast-histogram.ts';

const description = { name: 'request_seconds', help: 'Requests.', buckets: [0.001, 0.01, 1] };
const labelNames = ['operation', 'status'] as const;

test('it prints what the histogram of prom-client prints', async () => {
  const observation = fc.record({
    value: fc.oneof(fc.constantFrom(0, 0.001, 0.01, 1), fc.double({ min: 0, max: 3, noNaN: true })),
    operation: fc.constantFrom('query', 'mutation', 'a "quoted" one'),
    status: fc.constantFrom(200, 499),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(observation), async (observations) => {
      const [theirs, ours] = [new Registry(), new Registry()];
      for (const registry of [theirs, ours]) registry.setDefaultLabels({ service: 'gateway' });
      const library = new Histogram({ ...description, labelNames: [...labelNames], registers: [theirs] });
      const fast = createFastHistogram({ ...description, labelNames, registry: ours });
      for (const { value, operation, status } of observations) {
        library.observe({ operation, status }, value);
        fast.observe(value, operation, status);
      }
      // Labels have no order.
      const lines = async (registry: Registry) =>
        (await registry.metrics())
          .trim()
          .split('\n')
          .map((line) => line.replace(/{(.*)}/, (_, labels: string) => labels.split(',').sort().join()))
          .sort();
      assert.deepEqual(await lines(ours), await lines(theirs));
    }),
  );
});
