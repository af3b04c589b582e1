import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { productsSdl, type Shop, startShop } from './support/shop.ts';
import { supergraphOf } from './support/start-test-gateway.ts';

/** A valid query is answered without Apollo Server, and nobody can tell. */

let shop: Shop;
/** Where limits are only tried out, Apollo Server has to answer everything. */
let apollosShop: Shop;
before(async () => {
  const products = {
    Query: {
      slow: () => {
        throw new Error('secret address');
      },
    },
  };
  const env = { CORS_ORIGINS: 'https://shop.test' };
  shop = await startShop({ env, products });
  apollosShop = await startShop({ env: { ...env, LIMITS: 'warn' }, products });
});
after(() => Promise.all([shop, apollosShop].map((one) => one[Symbol.asyncDispose]())));

interface Asked {
  readonly method?: string;
  readonly search?: string;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

/** One answer, and what the log says of it. */
async function ask({ gateway }: Shop, { method = 'POST', search = '', headers = {}, body }: Asked) {
  const response = await fetch(`${gateway.url}${search}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const requestId = response.headers.get('x-request-id');
  const text = await response.text();
  const isOurs = (line: Record<string, unknown>) => line.requestId === requestId;
  await gateway.log.line((line) => isOurs(line) && line.msg === 'request');
  const lines = gateway.log.lines.filter(isOurs);
  const said = Object.fromEntries(response.headers);
  for (const name of ['x-request-id', 'date', 'ratelimit']) delete said[name];
  // The router says it to everybody, whether or not a page asks.
  if (headers.origin === undefined) delete said['access-control-expose-headers'];
  return {
    status: response.status,
    headers: said,
    text,
    lines: lines.map(
      ({ time: _, pid: __, requestId: ___, durationMs: ____, err: _____, traceId: ______, ...line }) => line,
    ),
    /** Of the error that was masked, if one was. */
    stack: String((lines.find(({ err }) => err !== undefined)?.err as Error | undefined)?.stack),
  };
}

/** Two answers differ in who called the executor, and in nothing else. */
function assertSame(actual: Awaited<ReturnType<typeof ask>>, expected: typeof actual): void {
  assert.deepEqual({ ...actual, stack: '' }, { ...expected, stack: '' });
}

const query =
  'query Reviews($id: ID!, $with: Boolean = true) { product(id: $id) { name reviews @include(if: $with) { text } } }';
const json = 'application/graphql-response+json, application/json;q=0.5';
const addressOf = (fields: Record<string, string>) => `?${new URLSearchParams(fields)}`;
const preflight = { 'apollo-require-preflight': 'true' };

const asked: Record<string, Asked> = {
  'with variables': { body: { query, variables: { id: '1' } } },
  'in the newer media type': { body: { query, variables: { id: '1' } }, headers: { accept: json } },
  'by its name': { body: { query, operationName: 'Reviews', variables: { id: '1', with: false } } },
  'by another name': { body: { query, operationName: 'Others', variables: { id: '1' } } },
  'with a variable of the wrong type': { body: { query, variables: { id: {} } } },
  'without its variable': { body: { query } },
  'with null for a condition': { body: { query, variables: { id: '1', with: null } } },
  'from a page': { body: { query, variables: { id: '1' } }, headers: { origin: 'https://shop.test' } },
  'from a page of others': {
    body: { query, variables: { id: '1' } },
    headers: { origin: 'https://evil.test' },
  },
  'by GET': {
    method: 'GET',
    search: addressOf({ query, variables: '{"id":"1"}' }),
    headers: preflight,
  },
  'by GET, as a page would': { method: 'GET', search: addressOf({ query, variables: '{"id":"1"}' }) },
  'by QUERY': { method: 'QUERY', body: { query, variables: { id: '1' } } },
  'with an error that is masked': { body: { query: '{ slow product(id: "1") { name } }' } },
  'with its plan': {
    body: { query: '{ product(id: "2") { name } }' },
    headers: { 'apollo-query-plan-experimental': '1' },
  },
  'of the schema': { body: { query: '{ __schema { queryType { name } } }' } },
  'that is a mutation': { body: { query: 'mutation { rename(id: "1", name: "n") { name } }' } },
  'that is not valid': { body: { query: '{ nothing }' } },
  compressed: {
    body: { query: '{ products { alike { reviews { text } } name } }' },
    headers: { 'accept-encoding': 'gzip' },
  },
};

for (const [how, request] of Object.entries(asked))
  test(`a query is answered as Apollo Server answers it: ${how}`, async () => {
    const expected = await ask(apollosShop, request);
    assertSame(await ask(shop, request), expected);
    assertSame(await ask(shop, request), expected);
  });

test('Apollo Server is not asked', async () => {
  const body = { query: '{ viewer slow }' };
  assert.match((await ask(apollosShop, { body })).stack, /gatewayExecutor/);
  assert.match((await ask(shop, { body })).stack, /answerQuery/);
});

test('the router is not asked', async () => {
  const { headers } = await shop.gateway.send({ query: '{ viewer product(id: "unrouted") { name } }' });
  // Which says this to everybody.
  assert.equal(headers.has('access-control-expose-headers'), false);
});

test('who has too few points for it is refused by the router, and charged once', async () => {
  await using own = await startShop({ env: { RATE_LIMIT_PER_MINUTE: '10' } });
  const body = { query: '{ product(id: "1") { name } }' };
  for (let points = 9; points >= 0; points -= 1) {
    const { headers } = await own.gateway.send(body);
    assert.match(headers.get('ratelimit') ?? '', new RegExp(`r=${points};`));
  }
  const { status, headers, text, lines } = await ask(own, { body });
  assert.equal(status, 429);
  assert.match(text, /RATE_LIMITED/);
  assert.match(headers['retry-after'] ?? '', /^\d+$/);
  assert.equal(headers['ratelimit-policy'], '"cost";q=10;w=60;qu="points"');
  assert.equal(lines.filter(({ msg }) => msg === 'request').length, 1);
  assert.equal(own.products.calls.length, 10);
});

test('a query that is known by its hash is answered the same', async () => {
  const text = '{ product(id: "persisted") { name } }';
  const extensions = { persistedQuery: { version: 1, sha256Hash: hash('sha256', text) } };
  const unknown = await ask(shop, { body: { extensions } });
  assert.match(unknown.text, /PERSISTED_QUERY_NOT_FOUND/);
  const first = await ask(shop, { body: { query: text, extensions } });
  assert.match(first.text, /Product persisted/);
  for (const body of [{ extensions }, { query: text, extensions }, { extensions }])
    assertSame(await ask(shop, { body }), first);
});

test('a document that others register is known by its hash though it was executed before', async () => {
  const text = '{ product(id: "executed") { name } }';
  const extensions = { persistedQuery: { version: 1, sha256Hash: hash('sha256', text) } };
  for (const body of [{ query: text }, { query: text }, { query: text, extensions }, { extensions }])
    assert.match((await ask(shop, { body })).text, /Product executed/);
});

test('it takes the points that it took the first time', async () => {
  await using own = await startShop();
  const left = async () => {
    const response = await own.gateway.send({ query, variables: { id: '1' } });
    return Number(/r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1]);
  };
  const [first, second, third] = [await left(), await left(), await left()];
  assert(first - second > 1);
  assert.equal(second - third, first - second);
});

test('where limits are only tried out, each request has its lines', async () => {
  await using trying = await startShop({ env: { LIMITS: 'warn', MAX_OPERATION_COST: '1' } });
  const first = await ask(trying, { body: { query, variables: { id: '1' } } });
  assert(first.lines.some(({ code }) => code === 'OPERATION_TOO_COSTLY'));
  assertSame(await ask(trying, { body: { query, variables: { id: '1' } } }), first);
});

test('nothing that was known of a supergraph holds for the next one', async () => {
  await using own = await startShop();
  const { gateway, products, reviews } = own;
  const body = { query: '{ viewer slow }' };
  const first = await ask(own, { body });
  assertSame(await ask(own, { body }), first);
  const reduced = productsSdl.replace('slow: String', '');
  await writeFile(gateway.supergraphFile, supergraphOf([{ ...products, sdl: reduced }, reviews]));
  await gateway.log.line(({ msg }) => msg === 'took over a new supergraph');
  assert.match((await ask(own, { body })).text, /GRAPHQL_VALIDATION_FAILED/);
});
