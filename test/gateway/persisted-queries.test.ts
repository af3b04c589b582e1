import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createPersistedQueryStore } from '../../gateway/persisted-query-store.ts';
import { createLogger } from '../../platform/logging.ts';
import { createRedisConnection } from '../../platform/redis-connection.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';
import { startShop } from './support/shop.ts';
import { type GraphqlAnswer, startTestGateway, type TestGateway } from './support/start-test-gateway.ts';

const query = '{ product(id: "7") { name } }';
const extensions = {
  persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
};
const data = { product: { name: 'Product 7' } };

async function send(gateway: TestGateway, body: object): Promise<GraphqlAnswer> {
  return (await (await gateway.send(body)).json()) as GraphqlAnswer;
}

async function registerAndUse(gateway: TestGateway): Promise<void> {
  const unknown = await send(gateway, { extensions });
  assert.equal(unknown.errors?.[0]?.extensions.code, 'PERSISTED_QUERY_NOT_FOUND');
  assert.deepEqual((await send(gateway, { query, extensions })).data, data);
  assert.deepEqual((await send(gateway, { extensions })).data, data);
}

test('a query that was registered once is known by its hash, also in a URL', async () => {
  await using shop = await startShop();
  await registerAndUse(shop.gateway);
  const url = `${shop.gateway.url}?extensions=${encodeURIComponent(JSON.stringify(extensions))}`;
  const response = await fetch(url, { headers: { 'apollo-require-preflight': 'true' } });
  assert.deepEqual(await response.json(), { data });
});

test('a hash that is not the query’s is refused', async () => {
  await using shop = await startShop();
  const response = await shop.gateway.send({ query: '{ viewer }', extensions });
  assert.equal(response.status, 400);
});

test('a persisted query is held to the limits', async () => {
  await using shop = await startShop();
  const list = 'query ($n: Int) { products(first: $n) { id } }';
  const listExtensions = {
    persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(list).digest('hex') },
  };
  await send(shop.gateway, { query: list, extensions: listExtensions, variables: { n: 1 } });
  const answer = await send(shop.gateway, { extensions: listExtensions, variables: { n: 101 } });
  assert.equal(answer.errors?.[0]?.extensions.code, 'PAGE_TOO_LARGE');
});

test('with Redis, what one gateway was told every gateway knows', { skip: withoutRedis }, async () => {
  await using redis = await freshRedis();
  await using shop = await startShop({ env: { REDIS_URL: redis.url } });
  await using sister = await startTestGateway({ supergraph: shop.supergraph, env: { REDIS_URL: redis.url } });
  await registerAndUse(shop.gateway);
  assert.deepEqual((await send(sister, { extensions })).data, data);
});

test('Redis gets documents for a day, no long ones, and not without end', {
  skip: withoutRedis,
}, async () => {
  await using redis = await freshRedis();
  const logger = createLogger({ name: 'test', level: 'silent' });
  const connection = createRedisConnection({
    url: redis.url,
    commandTimeoutMs: 2_000,
    whileAway: '',
    logger,
  });
  await connection.connect();
  try {
    const store = createPersistedQueryStore({ redis: connection, logger, safelist: undefined });
    const long = `{ a } #${'a'.repeat(16_384)}`;
    await store.set('apq:long', long);
    assert.equal(await store.get('apq:long'), long);
    for (let count = 0; count < 250; count += 1) await store.set(`apq:${count}`, '{ a }');
    // What it knows already is no new one.
    for (let count = 0; count < 250; count += 1) await store.set('apq:0', '{ a }');
    assert.equal(await connection.dbsize(), 200);
    assert.equal(await connection.exists('apq:long'), 0);
    const ttl = await connection.ttl('apq:0');
    assert(ttl > 0 && ttl <= 24 * 60 * 60, `${ttl}`);
    assert.equal(await store.get('apq:249'), '{ a }');
  } finally {
    connection.disconnect();
  }
});

test('gateways that share a Redis count a client’s requests together', { skip: withoutRedis }, async () => {
  await using redis = await freshRedis();
  const env = { REDIS_URL: redis.url, RATE_LIMIT_PER_MINUTE: '2' };
  await using shop = await startShop({ env });
  await using sister = await startTestGateway({ supergraph: shop.supergraph, env });
  assert.equal((await shop.gateway.send({ query })).status, 200);
  assert.equal((await sister.send({ query })).status, 200);
  assert.equal((await shop.gateway.send({ query })).status, 429);
  assert.equal((await sister.send({ query })).status, 429);
});

test('no request fails because Redis is not there', async () => {
  await using shop = await startShop({ env: { REDIS_URL: 'redis://127.0.0.1:9' } });
  await registerAndUse(shop.gateway);
  await shop.gateway.log.line(({ msg }) => String(msg).startsWith('Redis is away'));
});

test('no request fails because Redis goes away', { skip: withoutRedis }, async () => {
  const redis = await freshRedis();
  await using shop = await startShop({ env: { REDIS_URL: redis.url } });
  await registerAndUse(shop.gateway);
  await redis[Symbol.asyncDispose]();
  assert.deepEqual((await send(shop.gateway, { extensions })).data, data);
  const other = '{ product(id: "8") { name } }';
  assert.deepEqual((await send(shop.gateway, { query: other })).data, { product: { name: 'Product 8' } });
});

test('without Redis each gateway still limits requests by itself', async () => {
  await using shop = await startShop({
    env: { REDIS_URL: 'redis://127.0.0.1:9', RATE_LIMIT_PER_MINUTE: '1' },
  });
  assert.equal((await shop.gateway.send({ query })).status, 200);
  assert.equal((await shop.gateway.send({ query })).status, 429);
});

test('a documentId alone is no document: it is refused, also where the hash is known', async () => {
  await using shop = await startShop();
  await registerAndUse(shop.gateway);
  const documentId = `sha256:${extensions.persistedQuery.sha256Hash}`;
  const before = shop.products.calls.length;
  const posted = await shop.gateway.send({ documentId });
  const got = await fetch(`${shop.gateway.url}?documentId=${documentId}`, {
    headers: { 'apollo-require-preflight': 'true' },
  });
  for (const response of [posted, got]) {
    assert.equal(response.status, 400);
    const { errors } = (await response.json()) as GraphqlAnswer;
    assert.deepEqual(
      errors?.map(({ extensions: { code } }) => code),
      ['BAD_REQUEST'],
    );
    assert.match(errors?.[0]?.message ?? '', /non-empty `query` or a `persistedQuery` extension/);
  }
  assert.equal(shop.products.calls.length, before);
});
