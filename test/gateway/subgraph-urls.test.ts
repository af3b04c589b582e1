import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readGatewayConfig } from '../../gateway/config.ts';
import { productsSdl } from './support/shop.ts';
import { startTestGateway, supergraphOf } from './support/start-test-gateway.ts';
import { startTestSubgraph, subgraphSecret } from './support/test-subgraph.ts';

const composedElsewhere = (url: string) => supergraphOf([{ name: 'products', url, sdl: productsSdl }]);

async function startProducts() {
  return startTestSubgraph({
    name: 'products',
    sdl: productsSdl,
    resolvers: { Query: { product: () => ({ id: '1', name: 'here' }) } },
  });
}

test('SUBGRAPH_URLS wins over the routing URL', async () => {
  await using products = await startProducts();
  await using gateway = await startTestGateway({
    supergraph: composedElsewhere('http://127.0.0.1:9/graphql'),
    env: { SUBGRAPH_URLS: `products=${products.url}` },
  });
  assert.deepEqual(await gateway.query('{ product(id: "1") { name } }'), {
    data: { product: { name: 'here' } },
  });
});

test('a subgraph that was composed without an address is called where SUBGRAPH_URLS says', async () => {
  await using products = await startProducts();
  await using gateway = await startTestGateway({
    supergraph: composedElsewhere(''),
    env: { SUBGRAPH_URLS: `products=${products.url}` },
  });
  assert.deepEqual((await gateway.query('{ product(id: "1") { name } }')).data, {
    product: { name: 'here' },
  });
});

test('a subgraph without any address keeps the gateway from starting', async () => {
  await assert.rejects(
    startTestGateway({ supergraph: composedElsewhere('') }),
    /products has no usable routing URL/,
  );
});

test('SUBGRAPH_URLS that name no subgraph keep the gateway from starting', async () => {
  await assert.rejects(
    startTestGateway({
      supergraph: composedElsewhere('http://127.0.0.1:9/graphql'),
      env: { SUBGRAPH_URLS: 'prodcuts=http://127.0.0.1:1/graphql' },
    }),
    /no subgraph of this supergraph: prodcuts/,
  );
});

test('the faults of a configuration are reported together, without the values', () => {
  assert.throws(
    () =>
      readGatewayConfig({
        SUBGRAPH_URLS: 'products',
        SUBGRAPH_SECRET: 'short',
        CORS_ORIGINS: 'https://app.example.com/path',
        TRUSTED_PROXIES: '10.0.0.0/99',
        RATE_LIMIT_PER_MINUTE: '0',
      }),
    (error: Error) =>
      ['SUBGRAPH_URLS', 'SUBGRAPH_SECRET', 'CORS_ORIGINS', 'TRUSTED_PROXIES', 'RATE_LIMIT_PER_MINUTE'].every(
        (name) => error.message.includes(name),
      ) && !error.message.includes('short'),
  );
});

test('a configuration needs no more than the secret', () => {
  const config = readGatewayConfig({ SUBGRAPH_SECRET: subgraphSecret, REDIS_URL: '' });
  assert.equal(config.PORT, 4000);
  assert.equal(config.REDIS_URL, undefined);
  assert.deepEqual(
    readGatewayConfig({
      SUBGRAPH_SECRET: subgraphSecret,
      SUBGRAPH_URLS: 'a=http://a/graphql, b=https://b/x?y=z',
      TRUSTED_PROXIES: 'loopback, 10.0.0.0/8, fd00::/8',
    }).SUBGRAPH_URLS,
    new Map([
      ['a', 'http://a/graphql'],
      ['b', 'https://b/x?y=z'],
    ]),
  );
});
