import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  bodyOf,
  type CachedGreetings,
  isHit,
  json,
  preflight,
  startCachedGreetings,
} from './support/cached-greetings.ts';
import { inChunks, type RawAnswer } from './support/raw-connection.ts';

/** Hits are answered before the router, which clients must not notice. What is sent in chunks is the router's. */

const query = '{ greeting }';
const search = `/graphql?query=${encodeURIComponent(query)}`;
const chunked = { ...json, 'transfer-encoding': 'chunked' };
const debug = 20;
const info = 30;

/** Of no origin, of one that may ask and of one that may not. */
const origins = [{}, { origin: 'https://app.example.com' }, { origin: 'https://elsewhere.example.com' }];

test('a hit has the headers of the answer that was made, and says that it is a hit', async () => {
  for (const origin of origins) {
    await using world = await startCachedGreetings();
    const made = await world.ask(query, origin);
    const kept = await world.hit(query, origin);
    assert.equal(made.headers['cache-status'], 'supergraph;fwd=miss;stored');
    assert.match(kept.headers.age ?? '', /^\d$/);
    assert.deepEqual(comparable(kept, 'cache-status', 'age'), comparable(made, 'cache-status', 'age'));
    assert.equal(world.executions(), 1);
  }
});

test('a hit is the same whether the router answers it or the path before it', async () => {
  await using world = await startCachedGreetings();
  await world.hit(query);
  const { etag = '' } = (await world.hit(query)).headers;
  for (const origin of origins)
    for (const condition of [{}, { 'if-none-match': etag }])
      for (const method of ['POST', 'QUERY']) {
        const headers = { ...origin, ...condition };
        const early = await world.send(method, '/graphql', { ...json, ...headers }, bodyOf(query));
        const routed = await world.send(
          method,
          '/graphql',
          { ...chunked, ...headers },
          inChunks(bodyOf(query), 5),
        );
        const without = ['age', 'cache-status'];
        assert.deepEqual(comparable(early, ...without), comparable(routed, ...without));
        assert.equal(isHit(early) && isHit(routed), true);
        assert.deepEqual(await levelsOf(world, early, routed), [debug, info]);
      }
  assert.equal(world.executions(), 1);
});

test('a GET hits what was asked by POST, and QUERY does, too', async () => {
  await using world = await startCachedGreetings();
  const { body, headers } = await world.hit(query);
  const byGet = await world.send('GET', search, preflight);
  const byQuery = await world.send('QUERY', '/graphql', json, bodyOf(query));
  for (const answer of [byGet, byQuery]) {
    assert.equal(isHit(answer), true);
    assert.equal(answer.body, body);
    assert.equal(answer.headers.etag, headers.etag);
  }
  assert.deepEqual(await levelsOf(world, byGet, byQuery), [debug, debug]);
});

test('whoever has the answer is told so by GET and by QUERY, and gets it by POST', async () => {
  await using world = await startCachedGreetings();
  const { etag = '' } = (await world.hit(query)).headers;
  const condition = { 'if-none-match': etag };
  for (const answer of [
    await world.send('GET', search, { ...preflight, ...condition }),
    await world.send('QUERY', '/graphql', { ...json, ...condition }, bodyOf(query)),
  ]) {
    assert.equal(answer.status, 304);
    assert.equal(answer.headers.etag, etag);
    assert.equal(answer.headers['content-length'], undefined);
    assert.equal(answer.headers['content-type'], undefined);
    assert.deepEqual(await levelsOf(world, answer), [debug]);
  }
  assert.equal((await world.ask(query, condition)).status, 200);
  assert.equal((await world.ask(query, { 'if-none-match': '"other"' })).status, 200);
});

test('what the router refuses it refuses though the answer is there', async () => {
  const gzipped = gzipSync(bodyOf(query)).toString('latin1');
  const refused: [string, string, Record<string, string>, string, number][] = [
    ['PUT', '/graphql', json, bodyOf(query), 405],
    ['DELETE', '/graphql', {}, '', 405],
    ['GET', search, {}, '', 400],
    ['GET', search, { ...preflight, accept: 'text/csv' }, '', 406],
    ['POST', '/graphql', { 'content-type': 'text/plain' }, bodyOf(query), 415],
    ['POST', '/graphql', { ...json, 'content-encoding': 'gzip' }, gzipped, 415],
    ['POST', '/graphql/', json, bodyOf(query), 404],
    ['POST', '/graphqlx', json, bodyOf(query), 404],
  ];
  await using empty = await startCachedGreetings();
  await using full = await startCachedGreetings();
  await full.hit(query);
  for (const [method, target, headers, body, status] of refused) {
    const without = await empty.send(method, target, headers, body);
    const withHit = await full.send(method, target, headers, body);
    assert.equal(without.status, status, `${method} ${target}`);
    assert.deepEqual(comparable(withHit), comparable(without));
  }
  const head = await fetch(full.gateway.url, { method: 'HEAD' });
  assert.equal(head.status, 405);
});

test('a hit goes by its own id, has its line at debug only, and counts among the requests', async () => {
  await using world = await startCachedGreetings();
  const named = 'query Hello { greeting }';
  await world.hit(named);
  const before = await requestsCounted(world);
  const given = { 'x-request-id': 'chosen-by-the-client' };
  const answer = await world.ask(named, given);
  assert.equal(answer.headers['x-request-id'], 'chosen-by-the-client');
  const line = await lineOf(world, answer);
  const { level, method, route, operation, type, status } = line;
  assert.deepEqual(
    { level, method, route, operation, type, status },
    { level: debug, method: 'POST', route: '/graphql', operation: 'Hello', type: 'query', status: 200 },
  );
  assert.equal(await requestsCounted(world), before + 1);
  const other = await world.ask(named, { 'x-request-id': 'no\tgood' });
  assert.match(other.headers['x-request-id'] ?? '', /^[\da-f]{24}-\d+$/);
});

/** What two answers must have in common: not when they were made, nor for which request. */
function comparable({ status, headers, body }: RawAnswer, ...without: string[]) {
  // How the client stands is said where it was charged, which hits before the router are not.
  const own = ['date', 'x-request-id', 'ratelimit', 'ratelimit-policy', ...without];
  // It says nothing to a page that may not read the answer.
  if (headers['access-control-allow-origin'] === undefined) own.push('access-control-expose-headers');
  const rest = Object.entries(headers).filter(([name]) => !own.includes(name));
  return { status, headers: Object.fromEntries(rest), body };
}

function lineOf({ gateway }: CachedGreetings, { headers }: RawAnswer) {
  return gateway.log.line((line) => line.msg === 'request' && line.requestId === headers['x-request-id']);
}

/** Tells who answered: what isn't a hit before the router has its line at info. */
function levelsOf(world: CachedGreetings, ...answers: RawAnswer[]): Promise<unknown[]> {
  return Promise.all(answers.map(async (answer) => (await lineOf(world, answer)).level));
}

async function requestsCounted({ gateway }: CachedGreetings): Promise<number> {
  const text = await (await fetch(new URL('/metrics', gateway.adminUrl))).text();
  const sample = /^gateway_request_seconds_count\{operation="query",status="200"\} (\d+)$/m.exec(text);
  return Number(sample?.[1]);
}
