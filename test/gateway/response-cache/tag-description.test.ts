import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTagDescriptions } from '../../../gateway/response-cache/tag-description.ts';
import { toGlobalId } from '../../../platform/global-id.ts';
import { until } from '../../support/poll.ts';
import { freshRedis, withoutRedis } from '../../support/redis.ts';
import { startTestGateway, supergraphOf } from '../support/start-test-gateway.ts';
import { startTestSubgraph } from '../support/test-subgraph.ts';

const uuid = '0192f0c1-0000-7000-8000-00000000003a';

test('by its subgraph’s word, a tag shows what it is of and the id that clients know', () => {
  const { learn, describe } = createTagDescriptions(() => true);
  learn(new Map([['posts', { Post: 'Post', 'Post.author': 'User' }]]));
  for (const [tag, shown] of [
    [`posts/Post:${uuid}`, `Post ${toGlobalId('Post', uuid)}`],
    [`posts/Post.author:${uuid}`, `Post.author ${toGlobalId('User', uuid)}`],
    // Of these nothing was said, and it isn't guessed.
    [`posts/Post.editor:${uuid}`, 'Post.editor'],
    ['posts/Post:7', 'Post'],
    ['posts/Post.slug:how-to-fly', 'Post.slug'],
    ['posts/Post.all', 'Post.all'],
    ['posts/Post#a3', 'Post'],
    ['posts/Post#', 'Post'],
    ['posts/Post', 'Post'],
    ['posts', 'posts'],
  ] as const)
    assert.equal(describe(tag), shown);
});

test('of a subgraph that said nothing a tag shows the type, if it begins with one', () => {
  const { learn, describe } = createTagDescriptions((name) => name === 'Product');
  learn(new Map([['posts', { Product: 'Product' }]]));
  for (const [tag, shown] of [
    [`shop/Product:${uuid}`, 'Product'],
    ['shop/Product.owner@example.com:1', 'Product'],
    ['shop/Product', 'Product'],
    ['shop/owner@example.com', 'shop'],
    [`shop/${uuid}`, 'shop'],
    [`shop/posts/Product:${uuid}`, 'shop'],
    ['shop', 'shop'],
  ] as const)
    assert.equal(describe(tag), shown);
});

test('whatever a subgraph says of its tags, they are described', () => {
  for (const said of [null, 7, 'Post', [], { Post: 7 }, { Post: {} }]) {
    const { learn, describe } = createTagDescriptions(() => true);
    learn(new Map<string, unknown>([['posts', said]]));
    assert.equal(describe(`posts/Post:${uuid}`), 'Post');
    assert.equal(describe(`posts/constructor:${uuid}`), 'constructor');
  }
});

test('the keys of a third party’s database stay in its tags', { skip: withoutRedis }, async () => {
  await using redis = await freshRedis();
  await using shop = await startTestSubgraph({
    name: 'shop',
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      type Query { product(id: ID!): Product }
      type Product @key(fields: "id") { id: ID! name: String }`,
  });
  const secret = 'a secret of thirty-two characters';
  await using gateway = await startTestGateway({
    supergraph: supergraphOf([shop]),
    env: { CACHE: 'on', REDIS_URL: redis.url, INVALIDATION_SECRET: secret },
  });
  const ask = async (id: string) => {
    const response = await gateway.send({ query: `{ product(id: "${id}") { name } }` });
    await response.text();
    return response.headers.get('cache-status') ?? '';
  };

  for (const [id, tag, shown] of [
    ['1', `Product:${uuid}`, 'Product'],
    ['2', 'customer-4711', 'shop'],
  ] as const) {
    shop.answerWith((reply) =>
      reply
        .header('cache-control', 'public, max-age=60')
        .send({ data: { product: { name: 'Lamp' } }, extensions: { apolloCacheTags: [tag] } }),
    );
    await until('a hit', async () => (await ask(id)).includes('hit') || undefined);
    await fetch(new URL('/cache/invalidate', gateway.adminUrl), {
      method: 'POST',
      headers: { authorization: secret, 'content-type': 'application/json' },
      body: JSON.stringify([{ kind: 'cache_tag', subgraphs: ['shop'], cache_tag: tag }]),
    });
    assert.match(await ask(id), new RegExp(`fwd=stale;stored;detail="invalidated: ${shown}"$`));
  }
});
