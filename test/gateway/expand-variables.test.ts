// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such placeholders are what is tested here.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { expandVariables } from '../../gateway/composition/expand-variables.ts';

// The cases of rover's own tests of its expansion, and of the library that it uses.
test('variables expand as rover expands them', () => {
  const env = { ONE: '1', TWO: '${env.ONE}', EMPTY: '' };
  const cases: [text: string, expanded: string][] = [
    ['plain', 'plain'],
    ['${env.ONE}', '1'],
    ['static-${env.ONE}', 'static-1'],
    ['${env.ONE}-static-${env.ONE}', '1-static-1'],
    ['http://${env.HOST:-localhost}:5000/graphql', 'http://localhost:5000/graphql'],
    ['${env.ONE:-default}', '1'],
    ['${env.NONE:-}', ''],
    ['${env.EMPTY:-default}', ''],
    ['${env.TWO}', '${env.ONE}'],
    ['${env.NONE', '${env.NONE'],
    ['NONE}', 'NONE}'],
    ['$', '$'],
    ['5 $ each', '5 $ each'],
    ['$${env.ONE}', '${env.ONE}'],
    ['${file.nowhere-to-be-found}', '${file.nowhere-to-be-found}'],
    ['${file.nowhere-to-be-found:-default}', 'default'],
  ];
  for (const [text, expanded] of cases) assert.equal(expandVariables(text, env), expanded, text);
});

test('what has no value and no default is an error', () => {
  assert.throws(() => expandVariables('${env.NONE}', {}), /NONE is not set/);
  assert.throws(() => expandVariables('${ONE}', { ONE: '1' }), /only env\.NAME and file\.path/);
  assert.throws(() => expandVariables('$ONE', { ONE: '1' }), /write \$\{env\.ONE\}/);
});

test('a file expands to its text', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'expand-test-'));
  const path = join(folder, 'value.txt');
  await writeFile(path, 'from a file');
  assert.equal(expandVariables(`<\${file.${path}}>`, {}), '<from a file>');
  await rm(folder, { recursive: true });
});
