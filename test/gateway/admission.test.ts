import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createInProcessCache } from '../../cache/in-process-cache.ts';
import { until } from '../support/poll.ts';
import { bodyOf, isHit, json, preflight, startCachedGreetings } from './support/cached-greetings.ts';
import type { RawAnswer } from './support/raw-connection.ts';
import { startShop } from './support/shop.ts';
import { startTestGateway } from './support/start-test-gateway.ts';

/** What is refused for its form, before anything in it is read; with the cache, though an answer is kept. */

const query = '{ greeting }';
const target = (length: number) => {
  const start = `/graphql?query=${encodeURIComponent(query)}&x=`;
  return start + 'x'.repeat(length - start.length);
};
const headers = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-header-${index}`, '1']));

function outcome(answer: RawAnswer): string {
  if (answer.status === 200) return isHit(answer) ? 'hit' : 'made';
  return `${answer.status} ${JSON.parse(answer.body).errors[0].extensions.code}`;
}

for (const CACHE of ['on', 'off']) {
  test(`requests are refused for their form with CACHE=${CACHE}`, async () => {
    await using world = await startCachedGreetings({ env: { CACHE } });
    const served = CACHE === 'on' ? 'hit' : 'made';
    const get = (length: number) => world.send('GET', target(length), preflight);
    // host and content-type and content-length are headers, too.
    const withHeaders = (count: number) =>
      world.send('POST', '/graphql', { ...json, ...headers(count - 3) }, bodyOf(query));
    if (CACHE === 'on') await world.hit(query);

    assert.equal(outcome(await get(8_192)), CACHE === 'on' ? 'hit' : 'made');
    assert.equal(outcome(await get(8_193)), '414 URL_TOO_LONG');
    assert.equal(outcome(await get(16_384)), '431 HEADERS_TOO_LARGE');
    assert.equal(outcome(await withHeaders(100)), served);
    assert.equal(outcome(await withHeaders(101)), '431 HEADERS_TOO_LARGE');
    assert.equal(outcome(await withHeaders(120)), '431 HEADERS_TOO_LARGE');
    assert.equal(outcome(await withHeaders(400)), '431 HEADERS_TOO_LARGE');
    assert.equal(outcome(await world.ask(query, { 'x-large': 'x'.repeat(16_384) })), '431 HEADERS_TOO_LARGE');
    assert.equal(outcome(await world.ask(query, { 'content-encoding': 'identity' })), 'made');

    const before = world.executions();
    for (const encoding of ['gzip', 'br', 'deflate', 'x-unknown', 'gzip, gzip', ''])
      assert.equal(
        outcome(await world.ask(query, { 'content-encoding': encoding })),
        '415 UNSUPPORTED_CONTENT_ENCODING',
        encoding,
      );
    const bomb = gzipSync(Buffer.alloc(10_000_000)).toString('latin1');
    const encoded = { ...json, 'content-encoding': 'gzip' };
    assert.equal(
      outcome(await world.send('POST', '/graphql', encoded, bomb)),
      '415 UNSUPPORTED_CONTENT_ENCODING',
    );
    assert.equal(world.executions(), before);
  });
}

test('an answer that is kept is not for those who may not ask for it any more', async () => {
  await using shop = await startShop();
  shop.products.answerWith((reply) =>
    reply.header('cache-control', 'max-age=60').send({ data: { products: [{ id: '1' }] } }),
  );
  const cacheStore = createInProcessCache(1_000_000);
  const start = (env: Record<string, string> = {}) =>
    startTestGateway({ supergraph: shop.supergraph, cacheStore, env: { CACHE: 'on', ...env } });
  await using before = await start();
  await using after = await start({ MAX_OPERATION_COST: '49' });
  const ask = (gateway: typeof before, first: number) =>
    gateway.send({
      query: 'query ($n: Int) { products(first: $n) { id } }',
      variables: { n: first },
    });
  for (const first of [49, 50])
    await until('a hit', async () =>
      /^supergraph;hit/.test((await ask(before, first)).headers.get('cache-status') ?? '') ? true : undefined,
    );
  assert.equal((await ask(after, 49)).status, 200);
  const refused = await ask(after, 50);
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /OPERATION_TOO_COSTLY/);
});

test('what is beyond a limit is let pass and logged with LIMITS=warn, except where work has no bounds', async () => {
  for (const CACHE of ['on', 'off']) {
    await using shop = await startShop();
    await using gateway = await startTestGateway({
      supergraph: shop.supergraph,
      cacheStore: createInProcessCache(1_000_000),
      env: { CACHE, LIMITS: 'warn', MAX_DOCUMENT_TOKENS: '20', MAX_OPERATION_COST: '50' },
    });
    const large = `query Large($n: Int) { products(first: $n) { ${'id '.repeat(20)} } }`;
    const answer = await gateway.query(large, { n: 101 });
    assert.equal(answer.errors, undefined);
    assert.deepEqual(Object.keys(answer.data ?? {}), ['products']);
    for (const code of ['DOCUMENT_TOO_LARGE', 'PAGE_TOO_LARGE', 'OPERATION_TOO_COSTLY'])
      await gateway.log.line((line) => line.code === code && line.operation === 'Large' && line.level === 40);
    await gateway.log.line((line) => line.msg === 'request' && line.cost === 101);

    const calls = shop.products.calls.length;
    const cycle = '{ products { ...A } } fragment A on Product { alike { ...A } }';
    assert.equal((await gateway.query(cycle)).errors?.[0]?.extensions.code, 'FRAGMENT_CYCLE');
    assert.equal(shop.products.calls.length, calls);
  }
});
