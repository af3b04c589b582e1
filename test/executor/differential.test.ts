import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { startBothExecutors } from './support/both-executors.ts';
import { assertSame, randomRuns } from './support/compare.ts';
import { createDerivedSubgraph } from './support/derived-subgraph.ts';

/** As many as take some ten seconds; `EXECUTOR_RUNS=20000` for more, `EXECUTOR_SEED` to see a failure again. */
const runs = Number(process.env.EXECUTOR_RUNS ?? 1_200);
const seed = process.env.EXECUTOR_SEED;

const subgraphs = ['users', 'posts'];
const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const derived = await Promise.all(
  subgraphs.map(async (name) => [
    name,
    createDerivedSubgraph(name, await read(`subgraphs/${name}/schema.graphql`)),
  ]),
);
const both = await startBothExecutors(await read('supergraph.graphql'), Object.fromEntries(derived));
after(() => both.stop());

test(`${runs} operations over the whole schema get the answers and errors of the stock executor`, async () => {
  const met = { entityCalls: 0, errors: 0, completions: 0, mutations: 0 };
  await fc.assert(
    fc.asyncProperty(randomRuns(both, subgraphs), async ({ operation, weather }) => {
      const { result, calls } = await assertSame(both, operation, weather);
      met.entityCalls += calls.filter(({ variables }) => 'representations' in variables).length;
      if (result.errors !== undefined) met.errors += 1;
      if (result.extensions !== undefined) met.completions += 1;
      if (operation.text.startsWith('mutation')) met.mutations += 1;
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
  );
  // Operations that meet nothing compare nothing.
  for (const [what, times] of Object.entries(met)) assert(times > runs / 100, `${what}: ${times} times`);
});
