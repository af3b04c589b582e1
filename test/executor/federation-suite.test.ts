import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { supergraphOf } from '../gateway/support/start-test-gateway.ts';
import { startBothExecutors } from './support/both-executors.ts';
import { assertSame, randomRuns } from './support/compare.ts';
import { createCoverage } from './support/coverage.ts';
import { createDerivedSubgraph } from './support/derived-subgraph.ts';
import { smallSupergraphs } from './support/small-supergraphs.ts';

/** Of each supergraph; `EXECUTOR_RUNS` for more. */
const runs = Number(process.env.EXECUTOR_RUNS ?? 60);
/** The same operations each time: what others find (`EXECUTOR_SEED=$RANDOM`) is for whoever looks for it. */
const seed = Number(process.env.EXECUTOR_SEED ?? 20_261_126);

for (const [difficulty, subgraphs] of Object.entries(smallSupergraphs))
  test(`${difficulty}: ${runs} operations get the answers and errors of the stock executor`, async () => {
    const sdl = supergraphOf(
      Object.entries(subgraphs).map(([name, sdl]) => ({ name, sdl, url: `http://${name}.test` })),
    );
    const derived = Object.entries(subgraphs).map(([name, sdl]) => [name, createDerivedSubgraph(name, sdl)]);
    const both = await startBothExecutors(sdl, Object.fromEntries(derived));
    const called = new Set<string>();
    const coverage = createCoverage(both.schema);
    await fc.assert(
      fc.asyncProperty(randomRuns(both, Object.keys(subgraphs)), async (run) => {
        const outcome = await assertSame(both, run.operation, run.weather);
        coverage.note(run, outcome);
        for (const { subgraph } of outcome.calls) called.add(subgraph);
      }),
      { numRuns: runs, seed },
    );
    assert.deepEqual([...called].sort(), Object.keys(subgraphs).sort());
    assert.deepEqual(coverage.neverAsked(), []);
    await both.stop();
  });
