import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { startBothExecutors } from './support/both-executors.ts';
import { assertSame, randomRuns } from './support/compare.ts';
import { createCoverage } from './support/coverage.ts';
import { createDerivedSubgraph } from './support/derived-subgraph.ts';

/** As many as take some ten seconds; `EXECUTOR_RUNS=20000` for more, `EXECUTOR_SEED` to see a failure again. */
const runs = Number(process.env.EXECUTOR_RUNS ?? 2_000);
/** The same operations each time: what others find (`EXECUTOR_SEED=$RANDOM`) is for whoever looks for it. */
const seed = Number(process.env.EXECUTOR_SEED ?? 20_261_126);

/** Each of them in more than one of four hundred operations. Unions are the federation suite's: this schema has none. */
const kinds = [
  ...[
    'query',
    'mutation',
    'alias',
    '__typename',
    'variable',
    'variable without a value',
    '@skip',
    '@include',
  ],
  ...['fragment by name', 'fragment on a type', 'fragment on an abstract type', 'fragment without a type'],
  ...['entities', 'missing entity', 'failing entity', 'failing entities', 'failing field', 'dead subgraph'],
  ...['null', 'null in a list', 'empty list', 'error', 'value completion'],
];

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
  const coverage = createCoverage(both.schema);
  await fc.assert(
    fc.asyncProperty(randomRuns(both, subgraphs), async (run) => {
      coverage.note(run, await assertSame(both, run.operation, run.weather));
    }),
    { numRuns: runs, seed },
  );
  for (const kind of kinds) {
    const times = coverage.times.get(kind) ?? 0;
    assert(times > runs / 400, `${kind}: ${times} times, of ${JSON.stringify([...coverage.times])}`);
  }
  assert.deepEqual(coverage.neverAsked(), []);
});
