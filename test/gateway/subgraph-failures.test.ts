import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { startShop } from './support/shop.ts';

test('the rest of an answer arrives when one subgraph is down', async () => {
  await using shop = await startShop();
  await shop.reviews[Symbol.asyncDispose]();
  const answer = await shop.gateway.query('{ product(id: "7") { name reviews { text } } }');
  assert.deepEqual(answer.data, { product: { name: 'Product 7', reviews: null } });
  assert.deepEqual(
    answer.errors?.map(({ extensions }) => extensions.code),
    ['SUBGRAPH_UNAVAILABLE'],
  );
});

test('a hanging subgraph costs no more than the deadline of the request', async () => {
  const hung = Promise.withResolvers<void>();
  await using shop = await startShop({
    env: { REQUEST_TIMEOUT_MS: '300' },
    reviews: { Product: { reviews: () => hung.promise } },
  });
  const started = Date.now();
  const answer = await shop.gateway.query('{ product(id: "7") { name reviews { text } } }');
  assert.deepEqual(answer.data, { product: { name: 'Product 7', reviews: null } });
  assert.equal(answer.errors?.[0]?.extensions.code, 'SUBGRAPH_UNAVAILABLE');
  // The deadline is what ended it, however slow the machine is: the log says so.
  assert(Date.now() - started >= 300);
  await shop.gateway.log.line((line) => line.outcome === 'timeout' && line.subgraph === 'reviews');
  hung.resolve();
});

test('a subgraph that sends headers and then hangs costs no more either', async () => {
  await using shop = await startShop({ env: { REQUEST_TIMEOUT_MS: '300' } });
  shop.products.answerWith((reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    reply.raw.write('{"data":');
  });
  const answer = await shop.gateway.query('{ product(id: "7") { name } }');
  assert.equal(answer.errors?.[0]?.extensions.code, 'SUBGRAPH_UNAVAILABLE');
  await shop.gateway.log.line((line) => line.outcome === 'timeout');
});

test('a query whose connection breaks is sent once more, a mutation is not', async () => {
  await using shop = await startShop();
  const { gateway, products } = shop;
  const breakOnce = () =>
    products.answerWith((reply) => {
      products.answerWith(undefined);
      reply.raw.destroy();
    });

  breakOnce();
  const query = await gateway.query('{ product(id: "7") { name } }');
  assert.deepEqual(query, { data: { product: { name: 'Product 7' } } });
  assert.equal(products.calls.length, 2);

  breakOnce();
  const mutation = await gateway.query('mutation { rename(id: "7", name: "x") { name } }');
  assert.equal(mutation.errors?.[0]?.extensions.code, 'SUBGRAPH_UNAVAILABLE');
  assert.equal(products.calls.length, 3);
});

test('a query is sent twice at most', async () => {
  await using shop = await startShop();
  shop.products.answerWith((reply) => reply.raw.destroy());
  await shop.gateway.query('{ product(id: "7") { name } }');
  assert.equal(shop.products.calls.length, 2);
});

test('the answer of a subgraph that speaks no HTTP is a failure like any other', async () => {
  const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(typeof address === 'object' && address !== null);
  await using shop = await startShop({
    env: { SUBGRAPH_URLS: `products=http://127.0.0.1:${address.port}/graphql` },
  });
  const answer = await shop.gateway.query('{ product(id: "7") { name } }');
  assert.equal(answer.errors?.[0]?.extensions.code, 'SUBGRAPH_UNAVAILABLE');
  server.close();
});
