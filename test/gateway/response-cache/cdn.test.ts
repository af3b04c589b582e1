import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createInProcessCache } from '../../../cache/in-process-cache.ts';
import { tagsToHold, tagsToMark } from '../../../cache/tags.ts';
import { cdnTagsHeld, cdnTagsToPurge } from '../../../gateway/response-cache/cdn-tags.ts';
import { until } from '../../support/poll.ts';
import { startTestGateway, supergraphOf } from '../support/start-test-gateway.ts';
import { startTestSubgraph } from '../support/test-subgraph.ts';

/** What a CDN is told of answers, and what it has to be told when they change. */

const invalidationSecret = 'a secret of thirty-two characters';

async function startCachedShop(env: Record<string, string>) {
  await using opening = new AsyncDisposableStack();
  const shop = opening.use(
    await startTestSubgraph({
      name: 'shop',
      sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
        type Query { product: Product }
        type Product @key(fields: "id") { id: ID! name: String }`,
    }),
  );
  const gateway = opening.use(
    await startTestGateway({
      supergraph: supergraphOf([shop]),
      env: { CACHE: 'on', INVALIDATION_SECRET: invalidationSecret, ...env },
      cacheStore: createInProcessCache(1_000_000),
    }),
  );
  const stack = opening.move();
  const ask = async (query = '{ product { name } }') => {
    const response = await gateway.send({ query });
    await response.text();
    return response.headers;
  };
  return {
    ask,
    hit: () =>
      until('a hit', async () => {
        const headers = await ask();
        return headers.get('cache-status')?.includes('hit') ? headers : undefined;
      }),
    say: (headers: Record<string, string>) =>
      shop.answerWith((reply) =>
        reply.headers(headers).send({
          data: { product: { name: 'Lamp' } },
          extensions: { apolloCacheTags: ['product-7'] },
        }),
      ),
    async invalidate(tag: string) {
      const response = await fetch(new URL('/cache/invalidate', gateway.adminUrl), {
        method: 'POST',
        headers: { authorization: invalidationSecret, 'content-type': 'application/json' },
        body: JSON.stringify([{ kind: 'cache_tag', subgraphs: ['shop'], cache_tag: tag }]),
      });
      return (await response.json()) as { cacheTags: string[] };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test('a CDN is told how long it may keep an answer, made or kept, and by which tags it is purged', async () => {
  await using shop = await startCachedShop({ CACHE_CDN: 'on' });
  shop.say({ 'cache-control': 'public, max-age=60, stale-while-revalidate=30', age: '10' });
  const made = await shop.ask();
  const kept = await shop.hit();
  const tags = made.get('cache-tag')?.split(',') ?? [];
  for (const headers of [made, kept]) {
    // Of which ten seconds have passed: Age says so.
    assert.match(headers.get('cdn-cache-control') ?? '', /^max-age=(60|59), stale-while-revalidate=30$/);
    assert.equal(headers.get('age'), '10');
    assert.equal(headers.get('cache-control'), 'no-cache');
    assert.deepEqual(headers.get('cache-tag')?.split(','), tags);
  }
  const { cacheTags } = await shop.invalidate('product-7');
  assert(cacheTags.some((tag) => tags.includes(tag)));
  const others = await shop.invalidate('product-8');
  assert(!others.cacheTags.some((tag) => tags.includes(tag)));
});

test('a CDN is not offered what is private, is not kept, or where it was not asked for', async () => {
  await using shop = await startCachedShop({ CACHE_CDN: 'on' });
  shop.say({ 'cache-control': 'private, max-age=60' });
  const found = [await shop.ask(), await shop.hit()];
  shop.say({ 'cache-control': 'no-store' });
  found.push(await shop.ask('{ product { id: name } }'));
  await using plain = await startCachedShop({});
  plain.say({ 'cache-control': 'public, max-age=60' });
  found.push(await plain.ask(), await plain.hit());
  for (const headers of found) {
    assert.equal(headers.get('cdn-cache-control'), null);
    assert.equal(headers.get('cache-tag'), null);
  }
});

const anyTag = fc.oneof(
  fc.nat(300).map((id) => `shop/Product:${id}`),
  fc.nat(3).map((id) => `shop/Product.owner:${id}`),
  fc.constantFrom('shop/Product', 'shop/Review.all', 'shop', 'other/ü, x'),
);
/** Some with so many products that they name groups of them. */
const anyTagsOfAnswer = fc
  .tuple(fc.constantFrom(0, 10, 100, 300), fc.array(anyTag))
  .map(([products, tags]) => [...Array.from({ length: products }, (_, id) => `shop/Product:${id}`), ...tags]);

test('an invalidation purges from a CDN what it removes from the cache, and no tag says what it is', () => {
  fc.assert(
    fc.property(anyTagsOfAnswer, fc.array(anyTag, { maxLength: 3 }), (recorded, written) => {
      const held = tagsToHold(recorded, ['shop']);
      const marked = new Set(tagsToMark(written));
      const header = cdnTagsHeld(held) ?? '';
      assert.match(header, /^[0-9a-f]{16}(,[0-9a-f]{16})*$/);
      const inCdn = new Set(header.split(','));
      assert.equal(
        cdnTagsToPurge(written).some((tag) => inCdn.has(tag)),
        held.some((tag) => marked.has(tag)),
      );
    }),
  );
});

test('an answer with more tags than a CDN takes is offered to none', () => {
  const held = Array.from({ length: 2_000 }, (_, at) => `shop/Type${at}:1`);
  assert.equal(cdnTagsHeld(held), undefined);
  assert((cdnTagsHeld(held.slice(0, 900)) ?? '').length < 16_000);
});
