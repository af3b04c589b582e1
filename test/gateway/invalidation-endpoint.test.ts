import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { createMemoryStore } from '../../cache/memory-store.ts';
import { tagsToHold } from '../../cache/tags.ts';
import { addInvalidationEndpoint } from '../../gateway/response-cache/invalidation-endpoint.ts';

const secrets = ['the-new-secret-of-thirty-two-chars', 'the-old-secret-of-thirty-two-chars'];

async function endpoint() {
  const store = createMemoryStore({ maxBytes: 1_000_000, now: () => 1_000, distinction: '00000000' });
  const app = Fastify();
  addInvalidationEndpoint(app, { store, secrets });
  const { position } = await store.status();
  return {
    post: (body: unknown, authorization = secrets[0] ?? '') =>
      app.inject({
        method: 'POST',
        url: '/cache/invalidate',
        headers: { authorization, 'content-type': 'application/json' },
        payload: JSON.stringify(body),
      }),
    /** Whether an answer that recorded these tags before is still good. */
    async holds(...tags: string[]) {
      return (await store.check({ position, tags: tagsToHold(tags, ['products']), relays: [] })).valid;
    },
  };
}

test('a tag, a type and a subgraph are invalidated when it answers, and nothing else is', async () => {
  const one = await endpoint();
  const answer = await one.post([{ kind: 'cache_tag', subgraphs: ['products'], cache_tag: 'product:7' }]);
  assert.deepEqual([answer.statusCode, answer.json().invalidated], [202, 1]);
  assert.equal(await one.holds('products/product:7'), false);
  assert.equal(await one.holds('products/product:8'), true);

  await one.post([{ kind: 'type', subgraph: 'products', type: 'Review' }]);
  assert.equal(await one.holds('products/Review:1'), false);
  assert.equal(await one.holds('products/product:8'), true);

  await one.post([{ kind: 'subgraph', subgraphs: ['products'] }]);
  assert.equal(await one.holds('products/product:8'), false);
});

test('either secret opens it while one is being changed, and nothing else does', async () => {
  const { post, holds } = await endpoint();
  const body = [{ kind: 'cache_tag', subgraphs: ['products'], cache_tag: 'product:7' }];
  for (const wrong of ['', 'wrong', `${secrets[0]} `, `Bearer ${secrets[0]}`]) {
    const answer = await post(body, wrong);
    assert.equal(answer.statusCode, 401);
    assert.equal(answer.json().errors[0].extensions.code, 'UNAUTHENTICATED');
  }
  assert.equal(await holds('products/product:7'), true);
  assert.equal((await post(body, secrets[1])).statusCode, 202);
});

test('what it does not understand it refuses as a whole', async () => {
  const { post, holds } = await endpoint();
  const good = { kind: 'subgraph', subgraphs: ['products'] };
  for (const body of [
    {},
    good,
    [good, { kind: 'everything' }],
    [{ kind: 'type', subgraph: 'products' }],
    null,
  ]) {
    const answer = await post(body);
    assert.equal(answer.statusCode, 400);
    assert.equal(answer.json().errors[0].extensions.code, 'BAD_REQUEST');
  }
  assert.equal(await holds('products/product:7'), true);
});
