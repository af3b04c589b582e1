import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { type Answer, ask } from '../../bench/measure/ask.ts';
import { requireSameAnswer } from '../../bench/measure/same-answer.ts';
import { startConstant } from '../../bench/systems/constant.ts';
import { startProcess } from '../../bench/systems/process.ts';

/** The floor that everything is compared with has to answer what the others do. */
const folder = await mkdtemp(join(tmpdir(), 'bench-constant-'));
after(() => rm(folder, { recursive: true }));
const { signal } = new AbortController();
const body = Buffer.from('{"data":{"name":"Ada"}}');

const answers: [what: string, answer: Answer][] = [
  ['an answer', { status: 200, headers: { 'content-type': 'application/json' }, body }],
  [
    'a compressed answer',
    { status: 200, headers: { 'content-encoding': 'br', etag: '"x"' }, body: brotliCompressSync(body) },
  ],
  ['an answer without a body', { status: 304, headers: { etag: '"x"' }, body: Buffer.alloc(0) }],
];

for (const [what, answer] of answers) {
  test(`the bare server answers with ${what}, whatever it is asked`, async () => {
    await using system = await startConstant({ id: 'bare', name: 'bare', answer, folder, signal });
    for (const [method, sent] of [
      ['POST', '{"query":"{ a }"}'],
      ['GET', ''],
    ] as const) {
      const given = await ask({ url: system.url, method, headers: {}, body: sent });
      requireSameAnswer('bare', given, answer);
      assert.deepEqual(given.body, answer.body);
      for (const [name, value] of Object.entries(answer.headers)) assert.equal(given.headers[name], value);
    }
  });
}

test('a program that does not start is told with its last words', async () => {
  const starting = startProcess({
    name: 'broken',
    args: ['--eval', 'throw new Error("no way")'],
    readyUrl: 'http://127.0.0.1:9/',
    folder,
    signal,
  });
  await assert.rejects(starting, /^Error: broken did not start:/);
  await assert.rejects(starting, /no way/);
});
