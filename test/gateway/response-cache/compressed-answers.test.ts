import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { FastifyReply } from 'fastify';
import { request } from 'undici';
import { until } from '../../support/poll.ts';
import { json, preflight, startCachedGreetings } from '../support/cached-greetings.ts';

/** Whoever makes an answer is served as well as whoever finds it. */

const greeting = 'hello '.repeat(2_000);
const query = '{ greeting }';
const decoders = { br: brotliDecompressSync, gzip: gunzipSync, identity: (bytes: Buffer) => bytes };

function greetAtLength(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'max-age=60, public').send({ data: { greeting } });
}

/** As it comes, in its coding. */
async function ask(url: string, coding: string, headers: Record<string, string> = {}, text = query) {
  const response = await request(url, {
    method: 'POST',
    headers: { ...json, 'accept-encoding': coding, ...headers },
    body: JSON.stringify({ query: text }),
  });
  const bytes = Buffer.from(await response.body.arrayBuffer());
  const used = String(response.headers['content-encoding'] ?? 'identity') as keyof typeof decoders;
  return {
    status: String(response.headers['cache-status']),
    tag: response.headers.etag,
    used,
    bytes,
    text: decoders[used](bytes).toString(),
  };
}

for (const coding of ['br', 'gzip', 'identity'] as const)
  test(`the first answer comes in the coding that its client likes, as all later ones do: ${coding}`, async () => {
    await using world = await startCachedGreetings({ answer: greetAtLength });
    const { url } = world.gateway;
    const first = await ask(url, coding);
    assert.match(first.status, /fwd=miss;stored/);
    assert.equal(first.used, coding);
    assert.deepEqual(JSON.parse(first.text), { data: { greeting } });
    const kept = await until('a hit', async () => {
      const answer = await ask(url, coding);
      return answer.status.includes('hit') ? answer : undefined;
    });
    assert.deepEqual([kept.used, kept.tag, kept.text], [coding, first.tag, first.text]);
    assert.deepEqual(kept.bytes, first.bytes);
  });

test('clients that ask together, each in a coding of its own, get one answer in all of them', async () => {
  await using world = await startCachedGreetings({ answer: greetAtLength });
  const codings = ['br', 'gzip', 'identity', 'br'];
  const answers = await Promise.all(codings.map((coding) => ask(world.gateway.url, coding)));
  // Who comes when it is stored already, in other codings, gets the plain bytes.
  for (const [index, { used }] of answers.entries()) assert.ok([codings[index], 'identity'].includes(used));
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  const tagOf = new Map(answers.map(({ used, tag }) => [used, tag]));
  assert.equal(new Set(tagOf.values()).size, tagOf.size);
  for (const { used, tag } of answers) assert.equal(tag, tagOf.get(used));
  assert.equal(world.executions(), 1);
});

test('whoever likes another coding than those before gets the plain bytes once, and then that coding', async () => {
  await using world = await startCachedGreetings({ answer: greetAtLength });
  const { url } = world.gateway;
  const first = await ask(url, 'identity');
  for (const coding of ['br', 'gzip'] as const) {
    const found = await until('a hit', async () => {
      const answer = await ask(url, coding);
      return answer.status.includes('hit') ? answer : undefined;
    });
    assert.deepEqual([found.used, found.tag], ['identity', first.tag]);
    const later = await until('a hit in that coding', async () => {
      const answer = await ask(url, coding);
      return answer.used === coding ? answer : undefined;
    });
    assert.match(later.status, /hit/);
    assert.equal(later.text, first.text);
    assert.notEqual(later.tag, first.tag);
  }
  assert.equal((await ask(url, 'identity')).tag, first.tag);
  assert.equal(world.executions(), 1);
});

test('an answer that is made anew and has not changed is a 304 for who has it compressed', async () => {
  await using world = await startCachedGreetings({ answer: greetAtLength });
  const url = `${world.gateway.url}?query=${encodeURIComponent(query)}`;
  const headers = { ...preflight, 'accept-encoding': 'br', 'cache-control': 'no-cache' };
  const first = await request(url, { headers });
  await first.body.dump();
  const again = await request(url, { headers: { ...headers, 'if-none-match': String(first.headers.etag) } });
  assert.equal(again.statusCode, 304);
  assert.match(String(again.headers['cache-status']), /fwd=request/);
  assert.equal(again.headers['content-encoding'], undefined);
  assert.equal(world.executions(), 2);
});

test('what is never kept is compressed, too', async () => {
  await using world = await startCachedGreetings({
    answer: (reply) => reply.header('cache-control', 'no-store').send({ data: { greeting } }),
  });
  const { url } = world.gateway;
  const unkept = await ask(url, 'gzip');
  assert.match(unkept.status, /not stored/);
  const introspection = await ask(url, 'gzip', {}, '{ __schema { types { name fields { name } } } }');
  assert.match(introspection.status, /fwd=bypass/);
  await using uncached = await startCachedGreetings({ answer: greetAtLength, env: { CACHE: 'off' } });
  const off = await ask(uncached.gateway.url, 'gzip');
  assert.equal(off.status, 'undefined');
  for (const answer of [unkept, introspection, off]) {
    assert.equal(answer.used, 'gzip');
    assert('data' in JSON.parse(answer.text));
  }
});

test('small answers go out as they are', async () => {
  await using world = await startCachedGreetings();
  assert.equal((await ask(world.gateway.url, 'br')).used, 'identity');
});
