import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startShop } from './support/shop.ts';

test('one query is answered from two subgraphs', async () => {
  await using shop = await startShop();
  const answer = await shop.gateway.query('{ product(id: "7") { name reviews { text author } } }');
  assert.deepEqual(answer, {
    data: { product: { name: 'Product 7', reviews: [{ text: 'about 7', author: 'Ada' }] } },
  });
});

test('subgraphs get signed calls, with the id of the request and the time that is left', async () => {
  await using shop = await startShop({ env: { REQUEST_TIMEOUT_MS: '5000' } });
  await shop.gateway.query('{ product(id: "7") { reviews { text } } }', undefined, {
    'x-request-id': 'request-of-a-test',
  });
  assert.equal(shop.products.unsigned() + shop.reviews.unsigned(), 0);
  for (const { calls } of [shop.products, shop.reviews]) {
    const [call] = calls;
    assert(call !== undefined);
    assert.equal(call.headers['x-request-id'], 'request-of-a-test');
    const remaining = Number(call.headers['x-deadline-ms']);
    assert(remaining > 0 && remaining <= 5_000, `${remaining} ms`);
    assert.equal(call.viewer, null);
  }
});
