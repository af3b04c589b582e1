import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const read = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');

test('the query in the README is the one that npm start and Sandbox show', async () => {
  const [, body = ''] = /-d '(\{"query".*\})'/.exec(await read('README.md')) ?? [];
  const example = (await read('local/example.graphql'))
    .replaceAll(/#.*$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  assert.equal((JSON.parse(body) as { query: string }).query, example);
});

test('every npm command and every file that the documentation names is there', async () => {
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
  for (const page of [
    'README.md',
    'docs/schema.md',
    'docs/migrations.md',
    'docs/subgraph-access.md',
    'docs/cache.md',
    'docs/architecture.md',
    'docs/dependencies.md',
    'docs/benchmarks.md',
    'docs/performance.md',
    'docs/limits.md',
    'docs/faults.md',
    'docs/threat-model.md',
    'docs/deployment.md',
  ]) {
    const text = await read(page);
    for (const [, name = ''] of text.matchAll(/npm run ([\w:]+)/g))
      assert(name in scripts, `${page}: npm run ${name}`);
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
      await assert.doesNotReject(
        read(new URL(link, `file:///${page}`).pathname.slice(1)),
        `${page}: ${link}`,
      );
  }
});
