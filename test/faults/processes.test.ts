import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runFolderVariable, withoutRedis } from '../support/redis.ts';
import { allExperiments } from './experiments/all.ts';
import { startHouse } from './house/house.ts';
import { playAll } from './play-all.ts';

/** Of the experiments of `npm run faults`: they take too long for more. */
const selection = ['posts is killed, and started again'];

test('real processes under load keep what they promise while one of them is away', {
  skip: withoutRedis,
}, async () => {
  const experiments = allExperiments.filter(({ name }) => selection.includes(name));
  assert.equal(experiments.length, selection.length);
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(process.env[runFolderVariable] ?? tmpdir(), 'house-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const house = stack.use(await startHouse(folder));
  const { results, leftOut } = await playAll(experiments, house, {
    say: () => {},
    signal: new AbortController().signal,
  });
  assert.equal(leftOut.size, 0);
  assert.deepEqual(
    results.flatMap(({ name, violations }) => violations.map((violation) => `${name}: ${violation}`)),
    [],
  );
});
