import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ask } from '../../bench/measure/ask.ts';
import { oursAlone } from '../../bench/questions/shop/systems.ts';
import { productsOf, reviewsOf, type ShopSize, usersOf } from '../../bench/shop/data.ts';
import { crowd, pageRequests, storefront, storefrontRequests } from '../../bench/shop/requests.ts';
import { startShop } from '../../bench/shop/shop.ts';
import type { Services } from '../../bench/systems/services.ts';
import { startTestGateway } from '../gateway/support/start-test-gateway.ts';

/** The subgraphs that gateways are measured before, as the process that they are there. */
const folder = await mkdtemp(join(tmpdir(), 'bench-shop-'));
const { signal } = new AbortController();
const running = new AsyncDisposableStack();
after(async () => {
  await running.disposeAsync();
  await rm(folder, { recursive: true });
});
let shop: Services;
let gatewayUrl: string;
before(async () => {
  shop = running.use(await startShop({ size: storefront, folder, signal }));
  assert('env' in oursAlone);
  const supergraph = await readFile(shop.gatewayEnvironment.SUPERGRAPH_FILE ?? '', 'utf8');
  gatewayUrl = running.use(await startTestGateway({ supergraph, env: oursAlone.env })).url;
});

/** What the subgraphs counted meanwhile. */
async function countsOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const earlier = await shop.counters();
  await work();
  const later = await shop.counters();
  return Object.fromEntries(
    Object.entries(later).map(([name, count]) => [name, count - (earlier[name] ?? 0)]),
  );
}

for (const [name, size] of Object.entries({ storefront, crowd }) satisfies [string, ShopSize][])
  test(`everything that is said in the ${name} is said by somebody there about something there`, () => {
    const users = new Set(usersOf(size).map(({ id }) => id));
    const products = new Set(productsOf(size).map(({ sku }) => sku));
    const reviews = reviewsOf(size);
    assert.equal(users.size, size.users);
    assert.equal(products.size, size.products);
    assert.equal(reviews.length, size.users * size.reviewsPerUser);
    for (const { author, product } of reviews) assert(users.has(author.id) && products.has(product.sku));
    assert.deepEqual(new Set(reviews.map(({ product }) => product.sku)), products, 'nothing is left out');
    assert.deepEqual(reviewsOf(size), reviews, 'the same each time');
  });

test('the storefront is a large answer about few things', async () => {
  const { status, body } = await ask({ ...storefrontRequests, url: gatewayUrl });
  const { data, errors } = JSON.parse(body.toString());
  assert.deepEqual([status, errors], [200, undefined]);
  assert.equal(data.users.length, storefront.users);
  assert.equal(data.topProducts.length, storefront.products);
  assert(body.length > 80_000 && body.length < 95_000, `${body.length} bytes`);
});

test('a page is asked for once for each user', async () => {
  assert.equal(new Set(pageRequests.bodies).size, crowd.users);
  const { body } = await ask({ ...pageRequests, url: gatewayUrl });
  const { user } = JSON.parse(body.toString()).data;
  assert.equal(user.reviews.length, storefront.reviewsPerUser);
  assert.equal(typeof user.reviews[0].product.reviews[0].author.name, 'string');
});

test('our gateway names no entity twice in a fetch', async () => {
  const counts = await countsOf(() => ask({ ...storefrontRequests, url: gatewayUrl }));
  assert(Number(counts.fetches) > 4, 'every subgraph was asked');
  assert(Number(counts.representations) > 0);
  assert.equal(counts.representations, counts['distinct ones']);
});

test('a subgraph counts entities that are named twice', async () => {
  const [, url = ''] = /products=([^,]+)/.exec(shop.gatewayEnvironment.SUBGRAPH_URLS ?? '') ?? [];
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Product { title } }
  }`;
  const representations = ['p1', 'p2', 'p1'].map((sku) => ({ __typename: 'Product', sku }));
  const request = {
    ...storefrontRequests,
    url,
    body: JSON.stringify({ query, variables: { representations } }),
  };
  const counts = await countsOf(async () => {
    const { data } = JSON.parse((await ask(request)).body.toString());
    assert.equal(data._entities.length, 3);
    assert.deepEqual(data._entities[0], data._entities[2]);
  });
  assert.deepEqual(counts, { fetches: 1, representations: 3, 'distinct ones': 2 });
});
