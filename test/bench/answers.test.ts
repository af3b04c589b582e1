import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type LoadResult, requireAnswers } from '../../bench/load/load-generator.ts';
import type { Answer } from '../../bench/measure/ask.ts';
import { requireSameAnswer } from '../../bench/measure/same-answer.ts';

function answer(body: string | Buffer, headers: Answer['headers'] = {}, status = 200): Answer {
  return { status, headers, body: Buffer.from(body) };
}

const reference = answer('{"data":{"user":{"name":"Ada"}}}');

test('answers are the same if their bytes are, however they were coded', () => {
  const { body } = reference;
  requireSameAnswer('us', answer(body), reference);
  requireSameAnswer('us', answer(gzipSync(body), { 'content-encoding': 'gzip' }), reference);
  requireSameAnswer('us', answer(brotliCompressSync(body), { 'content-encoding': 'br' }), reference);
});

test('a difference is shown where it begins', () => {
  const differs = (other: Answer, message: RegExp) =>
    assert.throws(() => requireSameAnswer('them', other, reference), message);
  differs(
    answer('{"data":{"user":{"name":"Eve"}}}'),
    /^Error: them answers differently from byte 25 on: .*Eve/,
  );
  differs(answer(`${reference.body} `), /them answers differently from byte 32 on/);
  differs(answer(reference.body.subarray(0, 10)), /them answers differently from byte 10 on/);
  differs(answer(reference.body, {}, 429), /them answers with status 429 instead of 200/);
});

test('figures of requests that failed, or were answered with less, are refused', () => {
  const good: LoadResult = { requests: 10, seconds: 1, bytes: 400, failed: 0, p50Ms: 1, p99Ms: 1 };
  requireAnswers(good, reference);
  assert.throws(() => requireAnswers({ ...good, requests: 0 }, reference), /no request was answered/);
  assert.throws(() => requireAnswers({ ...good, failed: 3 }, reference), /3 of 10 requests failed/);
  assert.throws(() => requireAnswers({ ...good, bytes: 300 }, reference), /30 bytes instead of 32/);
});
