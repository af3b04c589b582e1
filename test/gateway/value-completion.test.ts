import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startShop } from './support/shop.ts';
import { startTestGateway, supergraphOf } from './support/start-test-gateway.ts';
import { startTestSubgraph } from './support/test-subgraph.ts';

test('a reference to what is gone is null, without an error and without telling how it came about', async () => {
  await using shop = await startShop({ products: { Product: { __resolveReference: () => null } } });
  const answer = await shop.gateway.query('{ latestReview { text product { name } } }');
  assert.deepEqual(answer, { data: { latestReview: { text: 'about 1', product: null } } });
  const line = await shop.gateway.log.line(({ msg }) => msg === 'nulls took the place of missing values');
  assert.equal(line.count, 1);
});

test('an answer that a null took with it says that it failed', async () => {
  const sdl = (imports: string) =>
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])`;
  await using reviews = await startTestSubgraph({
    name: 'reviews',
    sdl: `${sdl('"@key"')} type Query { review: Review! } type Review { author: User! } type User @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: { Query: { review: () => ({ author: { id: '1' } }) } },
  });
  await using users = await startTestSubgraph({
    name: 'users',
    sdl: `${sdl('"@key"')} type Query { nobody: User } type User @key(fields: "id") { id: ID! name: String! }`,
    resolvers: { User: { __resolveReference: () => null } },
  });
  await using gateway = await startTestGateway({ supergraph: supergraphOf([reviews, users]) });
  assert.deepEqual(await gateway.query('{ review { author { name } } }'), {
    errors: [{ message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    data: null,
  });
});
