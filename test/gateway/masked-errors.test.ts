import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GraphQLError } from 'graphql';
import { errorCatalogue } from '../../platform/errors.ts';
import { startShop } from './support/shop.ts';
import { startTestGateway, supergraphOf } from './support/start-test-gateway.ts';

const secret = 'planted-secret-db.internal:5432';
const masked = {
  message: errorCatalogue.INTERNAL_SERVER_ERROR.message,
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
};
const unavailable = {
  message: errorCatalogue.SUBGRAPH_UNAVAILABLE.message,
  extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
};

const failing = (error: Error) => ({
  Query: {
    product: () => {
      throw error;
    },
  },
});

test('an error without a code is masked, and its message is in the log under the id of the request', async () => {
  await using shop = await startShop({ products: failing(new Error(secret)) });
  const response = await shop.gateway.send(
    { query: '{ product(id: "1") { name } }' },
    { 'x-request-id': 'masked-request' },
  );
  const text = await response.text();
  assert.equal(response.status, 200);
  assert.deepEqual(JSON.parse(text), { errors: [{ ...masked, path: ['product'] }], data: { product: null } });
  const line = await shop.gateway.log.line((candidate) => JSON.stringify(candidate).includes(secret));
  assert.equal(line.requestId, 'masked-request');
});

test('an error with a code of its own reaches the client with message, path and code, and nothing else', async () => {
  await using shop = await startShop({
    products: failing(
      new GraphQLError('Only on Sundays.', {
        extensions: { code: 'SHOP_CLOSED', stacktrace: [secret], http: { status: 418 }, serviceName: secret },
      }),
    ),
  });
  const response = await shop.gateway.send({ query: '{ product(id: "1") { name } }' });
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {
    errors: [{ message: 'Only on Sundays.', path: ['product'], extensions: { code: 'SHOP_CLOSED' } }],
    data: { product: null },
  });
});

test('codes of faults between gateway and subgraph are masked with their messages', async () => {
  for (const code of ['INTERNAL_SERVER_ERROR', 'GRAPHQL_VALIDATION_FAILED', 'DOWNSTREAM_SERVICE_ERROR']) {
    await using shop = await startShop({
      products: failing(new GraphQLError(secret, { extensions: { code } })),
    });
    const answer = await shop.gateway.query('{ product(id: "1") { name } }');
    assert.deepEqual(answer.errors, [{ ...masked, path: ['product'] }], code);
  }
});

test('an error in an entity has its place in the answer of the client', async () => {
  await using shop = await startShop({
    reviews: {
      Product: {
        reviews: () => {
          throw new GraphQLError('Hidden.', { extensions: { code: 'HIDDEN' } });
        },
      },
    },
  });
  const answer = await shop.gateway.query('{ products { alike { reviews { text } } } }');
  assert.deepEqual(answer.errors, [
    { message: 'Hidden.', path: ['products', 0, 'alike', 0, 'reviews'], extensions: { code: 'HIDDEN' } },
    { message: 'Hidden.', path: ['products', 1, 'alike', 0, 'reviews'], extensions: { code: 'HIDDEN' } },
  ]);
});

test('what a failing subgraph says never reaches the client', async () => {
  await using shop = await startShop();
  const { gateway, products } = shop;
  const answers: Record<string, Parameters<typeof products.answerWith>[0]> = {
    'a 500 with a body': (reply) => reply.code(500).send({ errors: [{ message: secret }] }),
    'a 404 page': (reply) => reply.code(404).type('text/html').send(`<h1>${secret}</h1>`),
    'a redirect': (reply) => reply.redirect(`http://${secret}/graphql`),
    'a page with status 200': (reply) => reply.type('text/html').send(`<h1>${secret}</h1>`),
    'broken JSON': (reply) => reply.type('application/json').send(`{"data": "${secret}`),
    'a list': (reply) => reply.send([secret]),
    'neither data nor errors': (reply) => reply.send({ message: secret }),
    'data that is no object': (reply) => reply.send({ data: secret }),
    'errors that are no errors': (reply) => reply.send({ errors: [secret] }),
    'a broken connection': (reply) => reply.raw.destroy(),
    'too large an answer': (reply) => reply.send({ data: { product: secret.repeat(1_200_000) } }),
  };
  for (const [name, answer] of Object.entries(answers)) {
    products.answerWith(answer);
    const response = await gateway.send({ query: '{ product(id: "1") { name } }' });
    assert.equal(response.status, 200, name);
    assert.deepEqual(await response.json(), { errors: [unavailable], data: { product: null } }, name);
  }
  products.answerWith(undefined);
  assert.equal((await gateway.query('{ product(id: "1") { name } }')).errors, undefined);
});

test('a GraphQL answer with an error status is read as one, and its status stays inside', async () => {
  await using shop = await startShop();
  shop.products.answerWith((reply) =>
    reply
      .code(401)
      .type('application/graphql-response+json; charset=utf-8')
      .send(
        JSON.stringify({
          data: { product: null },
          errors: [{ message: 'Sign in.', path: ['product'], extensions: { code: 'UNAUTHENTICATED' } }],
        }),
      ),
  );
  const response = await shop.gateway.send({ query: '{ product(id: "1") { name } }' });
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {
    errors: [{ message: 'Sign in.', path: ['product'], extensions: { code: 'UNAUTHENTICATED' } }],
    data: { product: null },
  });
});

test('an address that nobody answers at is not told', async () => {
  await using shop = await startShop();
  await using gateway = await startTestGateway({
    supergraph: supergraphOf([{ ...shop.products, url: 'http://127.0.0.1:9/hidden-path' }]),
  });
  const response = await gateway.send({ query: '{ product(id: "1") { name } }' });
  const text = await response.text();
  assert.deepEqual(JSON.parse(text), { errors: [unavailable], data: { product: null } });
  await gateway.log.line((line) => line.outcome === 'unreachable');
});
