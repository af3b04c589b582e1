import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { maliciousCorpus } from '../../bench/malicious/corpus.ts';

const page = await readFile(new URL('../../docs/threat-model.md', import.meta.url), 'utf8');

test('every class of the malicious corpus is in the threat model with its code, and nothing else is', () => {
  const [, section = ''] = /## Malicious requests([\s\S]*?)\n## /.exec(page) ?? [];
  const listed = [...section.matchAll(/^\| (?!Class|---)(.*) \| `(\w+)` \|$/gm)].map(([, name, code]) => [
    name,
    code,
  ]);
  assert.deepEqual(
    listed,
    maliciousCorpus.map(({ name, code }) => [name, code]),
  );
});

test('every line has a test', () => {
  for (const heading of ['OWASP', 'Beyond requests', 'Faults']) {
    const [, section = ''] = new RegExp(`## ${heading}\n([\\s\\S]*?)(\n## |$)`).exec(page) ?? [];
    const lines = section.split('\n').filter((line) => line.startsWith('| ') && !/^\| (What|---)/.test(line));
    assert.ok(lines.length > 4, heading);
    for (const line of lines) assert.match(line, /\]\(\.\.\/test\/[^)]+\.ts\)/, line);
  }
});
