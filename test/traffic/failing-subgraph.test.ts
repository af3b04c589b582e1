import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHostileSubgraph } from '../gateway/support/hostile-subgraph.ts';
import { type Shop, startShop } from '../gateway/support/shop.ts';
import { until } from '../support/poll.ts';

const figure = async (shop: Shop, line: RegExp) => {
  const metrics = await (await fetch(new URL('/metrics', shop.gateway.adminUrl))).text();
  return Number(
    metrics
      .split('\n')
      .find((candidate) => line.test(candidate))
      ?.split(' ')
      .at(-1) ?? Number.NaN,
  );
};
const query = (id: number) => `{ product(id: "${id}") { name reviews { text } } }`;
const isOpen = /^gateway_subgraph_breaker_open\{.*subgraph="reviews"/;

test('a subgraph that keeps failing is left alone, and asked again once it answers', async () => {
  await using hostile = await startHostileSubgraph();
  await using shop = await startShop({
    env: { SUBGRAPH_URLS: `reviews=${hostile.url}`, RATE_LIMIT_PER_MINUTE: '100000' },
  });
  const { gateway } = shop;
  assert.equal(await figure(shop, isOpen), 0);
  hostile.behaviour = (response) => void response.writeHead(500).end();
  const answers = [];
  for (let id = 1; id <= 40; id += 1) answers.push(await gateway.query(query(id)));
  // To the client it is the same, only sooner.
  for (const [index, { data, errors }] of answers.entries()) {
    assert.deepEqual(data, { product: { name: `Product ${index + 1}`, reviews: null } });
    assert.deepEqual(
      errors?.map(({ extensions }) => extensions),
      [{ code: 'SUBGRAPH_UNAVAILABLE' }],
    );
  }
  // Twenty open it; on a slow machine a trial or two may come between.
  assert(hostile.calls >= 20 && hostile.calls < 30, `${hostile.calls} calls`);
  assert.equal(await figure(shop, isOpen), 1);
  const opened = () => gateway.log.lines.filter(({ msg }) => String(msg).startsWith('too many calls'));
  assert.deepEqual(
    opened().map(({ subgraph }) => subgraph),
    ['reviews'],
  );
  assert((await figure(shop, /^gateway_subgraph_call_seconds_count\{.*outcome="not_sent"/)) > 10);

  hostile.behaviour = undefined;
  const answer = await until('the subgraph is asked again', async () => {
    const { data, errors } = await gateway.query(query(1));
    return errors === undefined ? data : undefined;
  });
  assert.deepEqual(answer, { product: { name: 'Product 1', reviews: [{ text: 'good' }] } });
  assert.equal(await figure(shop, isOpen), 0);
  assert.equal(opened().length, 1);
  await gateway.log.line(({ msg }) => msg === 'a subgraph answers again');
});

test('mutations are not sent a second time, whatever the failure', async () => {
  await using shop = await startShop();
  const { gateway, products } = shop;
  for (const fail of [
    (reply: { raw: { destroy(): unknown } }) => reply.raw.destroy(),
    (reply: { code(status: number): { send(body: string): unknown } }) => reply.code(503).send('away'),
  ]) {
    const before = products.calls.length;
    products.answerWith(fail);
    const answer = await gateway.query('mutation { rename(id: "7", name: "x") { name } }');
    assert.equal(answer.errors?.[0]?.extensions.code, 'SUBGRAPH_UNAVAILABLE');
    assert.equal(products.calls.length - before, 1);
  }
  assert(Number.isNaN(await figure(shop, /^gateway_subgraph_repeats_total\{/)));
});

test('a query that is refused with 503 is sent once more', async () => {
  await using shop = await startShop();
  const { gateway, products } = shop;
  products.answerWith((reply) => {
    products.answerWith(undefined);
    reply.code(503).send('stopping');
  });
  assert.deepEqual(await gateway.query('{ product(id: "7") { name } }'), {
    data: { product: { name: 'Product 7' } },
  });
  assert.equal(products.calls.length, 2);
  assert.equal(await figure(shop, /^gateway_subgraph_repeats_total\{.*outcome="sent"/), 1);
});

const awayError = { message: 'My database is away.', extensions: { code: 'SUBGRAPH_UNAVAILABLE' } };

test('a query whose answer says that its database is away is sent once more', async () => {
  await using shop = await startShop();
  const { gateway, products } = shop;
  products.answerWith((reply) => {
    products.answerWith(undefined);
    reply.send({ data: { product: null }, errors: [{ ...awayError, path: ['product'] }] });
  });
  assert.deepEqual(await gateway.query('{ product(id: "7") { name } }'), {
    data: { product: { name: 'Product 7' } },
  });
  assert.equal(products.calls.length, 2);
  assert.equal(await figure(shop, /^gateway_subgraph_repeats_total\{.*outcome="sent"/), 1);
});

test('if it says so again, what else is in the answer is served, and a mutation is not sent again', async () => {
  await using shop = await startShop();
  const { gateway, products } = shop;
  products.answerWith((reply) =>
    reply.send({ data: { viewer: 'me', product: null }, errors: [{ ...awayError, path: ['product'] }] }),
  );
  const answer = await gateway.query('{ viewer product(id: "7") { name } }');
  assert.deepEqual(answer.data, { viewer: 'me', product: null });
  assert.deepEqual(
    answer.errors?.map(({ path, extensions }) => [path, extensions.code]),
    [[['product'], 'SUBGRAPH_UNAVAILABLE']],
  );
  assert.equal(products.calls.length, 2);
  products.answerWith((reply) =>
    reply.send({ data: { rename: null }, errors: [{ ...awayError, path: ['rename'] }] }),
  );
  await gateway.query('mutation { rename(id: "7", name: "x") { name } }');
  assert.equal(products.calls.length, 3);
});
