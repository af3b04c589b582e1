import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHit, json, startCachedGreetings } from './support/cached-greetings.ts';
import { startShop } from './support/shop.ts';

const query = '{ product(id: "7") { name reviews { text } } }';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const given = { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, tracestate: 'congo=t61rcWkgMzE' };

test('all calls of a request carry the trace that it came with, and its line in the log has it', async () => {
  await using shop = await startShop();
  const { gateway, products, reviews } = shop;
  await gateway.query(query, undefined, given);
  for (const { headers } of [...products.calls, ...reviews.calls]) {
    const { traceparent, tracestate } = headers;
    assert.deepEqual({ traceparent, tracestate }, given);
  }
  assert.equal(products.calls.length + reviews.calls.length, 2);
  const line = await gateway.log.line(({ msg }) => msg === 'request');
  assert.equal(line.traceId, traceId);
});

test('a request without a trace, or with what is none, begins one of its own', async () => {
  await using shop = await startShop();
  const { gateway, products, reviews } = shop;
  const malformed = { ...given, traceparent: given.traceparent.toUpperCase() };
  for (const headers of [{}, { tracestate: 'a=1' }, malformed])
    await gateway.query(query, undefined, headers);
  const traces = products.calls.map(({ headers }) => headers.traceparent as string);
  assert.equal(new Set(traces).size, 3);
  for (const trace of traces) assert.match(trace, /^00-[\da-f]{32}-[\da-f]{16}-00$/);
  assert.deepEqual(
    reviews.calls.map(({ headers }) => headers.traceparent),
    traces,
  );
  assert(products.calls.every(({ headers }) => headers.tracestate === undefined));
  const lines = gateway.log.lines.filter(({ msg }) => msg === 'request');
  assert.deepEqual(
    lines.map((line) => line.traceId),
    traces.map((trace) => trace.split('-')[1]),
  );
});

test('what the cache answers has the trace of whoever asks, and it changes no key', async () => {
  await using world = await startCachedGreetings();
  await world.hit('{ greeting }');
  const answer = await world.send('POST', '/graphql', { ...json, ...given }, '{"query":"{ greeting }"}');
  assert(isHit(answer));
  const line = await world.gateway.log.line((logged) => logged.traceId === traceId);
  assert.equal(line.msg, 'request');
});
