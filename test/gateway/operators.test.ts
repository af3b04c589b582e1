import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startIssuer } from './support/issuer.ts';
import { startShop } from './support/shop.ts';

test('a gateway is live and ready, whether its subgraphs are there or not', async () => {
  await using shop = await startShop();
  await shop.products[Symbol.asyncDispose]();
  for (const path of ['/health/live', '/health/ready']) {
    const response = await fetch(new URL(path, shop.gateway.adminUrl));
    assert.equal(response.status, 200, path);
  }
});

test('the metrics tell of requests, subgraph calls and pools', async () => {
  await using shop = await startShop();
  await shop.gateway.query('{ product(id: "7") { reviews { text } } }');
  await shop.gateway.query('mutation { rename(id: "7", name: "x") { name } }');
  await shop.gateway.query('{ nonsense }');
  await shop.gateway.log.line(
    () => shop.gateway.log.lines.filter(({ msg }) => msg === 'request').length === 3,
  );
  const text = await (await fetch(new URL('/metrics', shop.gateway.adminUrl))).text();
  const samples: [name: string, labels: Record<string, string>, value: number][] = [
    ['gateway_request_seconds_count', { operation: 'query', status: '200' }, 1],
    ['gateway_request_seconds_count', { operation: 'mutation', status: '200' }, 1],
    ['gateway_request_seconds_count', { operation: 'none', status: '400' }, 1],
    ['gateway_subgraph_call_seconds_count', { subgraph: 'products', outcome: 'ok' }, 2],
    ['gateway_subgraph_call_seconds_count', { subgraph: 'reviews', outcome: 'ok' }, 1],
    ['gateway_subgraph_pool', { origin: new URL(shop.products.url).origin, figure: 'connected' }, 1],
  ];
  for (const [name, labels, value] of samples) {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    const line = text
      .split('\n')
      .find(
        (candidate) => candidate.startsWith(`${name}{`) && pairs.every((pair) => candidate.includes(pair)),
      );
    assert.equal(line?.split(' ').at(-1), String(value), `${name} ${pairs}`);
  }
});

test('every request leaves one line, with its operation and without secrets or variables', async () => {
  await using issuer = await startIssuer();
  await using shop = await startShop({ env: issuer.env });
  const token = await issuer.token();
  await shop.gateway.send(
    {
      query: 'query Find($id: ID!) { product(id: $id) { name } }',
      variables: { id: 'a-private-variable' },
      operationName: 'Find',
    },
    { authorization: `Bearer ${token}`, 'x-request-id': 'request-one' },
  );
  const line = await shop.gateway.log.line(({ msg }) => msg === 'request');
  assert.equal(line.requestId, 'request-one');
  assert.equal(line.route, '/graphql');
  assert.equal(line.operation, 'Find');
  assert.equal(line.type, 'query');
  assert.equal(line.status, 200);
  assert(typeof line.durationMs === 'number');
  assert.equal(shop.gateway.log.lines.filter(({ msg }) => msg === 'request').length, 1);
  const everything = JSON.stringify(shop.gateway.log.lines);
  assert(!everything.includes(token));
  assert(!everything.includes('a-private-variable'));
});

test('a client that goes away before its answer leaves a line, too', async () => {
  const arrived = Promise.withResolvers<void>();
  const release = Promise.withResolvers<string>();
  await using shop = await startShop({
    products: {
      Query: {
        slow: () => {
          arrived.resolve();
          return release.promise;
        },
      },
    },
  });
  const leaving = new AbortController();
  const left = fetch(shop.gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'query Slow { slow }' }),
    signal: leaving.signal,
  }).catch(() => 'left');
  await arrived.promise;
  leaving.abort();
  assert.equal(await left, 'left');
  const line = await shop.gateway.log.line(({ msg }) => msg === 'request');
  assert.equal(line.status, 499);
  assert.equal(line.operation, 'Slow');
  release.resolve('done');
});
