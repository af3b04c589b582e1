import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, mock, test } from 'node:test';
import { QueryPlanner } from '@apollo/query-planner';
import { buildSchema, parse, TypeInfo } from 'graphql';
import { createWarmUp } from '../../gateway/warm-up/warm-up.ts';
import { captureLog } from './support/captured-log.ts';
import { productsSdl, startShop } from './support/shop.ts';
import { startTestGateway, supergraphOf } from './support/start-test-gateway.ts';

const bodies = {
  Product: 'query Product($id: ID!) { product(id: $id) { name reviews { text } } }',
  Conditional: 'query Conditional($short: Boolean!) { viewer @skip(if: $short) latestReview { text } }',
  Rename: 'mutation Rename { rename(id: "1", name: "a") { id name } }',
};
const manifestOf = (operations: Record<string, string>) =>
  JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: Object.entries(operations).map(([name, body]) => ({ id: `id of ${name}`, name, body })),
  });

// What a plan takes is most of what a first request waits for, and it is made of the document that was remembered.
const planning = mock.method(QueryPlanner.prototype, 'buildQueryPlan');
/** Without those that each gateway makes for practice in production. */
const plans = () =>
  planning.mock.calls.filter(({ arguments: [{ name = '' }] }) => !['Practice', 'WarmUp'].includes(name))
    .length;
beforeEach(() => planning.mock.resetCalls());

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'warm-up-'));
});
after(() => rm(folder, { recursive: true }));

async function fileOf(operations: Record<string, string>): Promise<string> {
  const path = join(folder, 'operations.json');
  await writeFile(path, manifestOf(operations));
  return path;
}

test('operations of the list are planned before the gateway is ready, and not again', async () => {
  await using shop = await startShop({ env: { WARM_UP_FILE: await fileOf(bodies) } });
  const { gateway } = shop;
  // One of them in both ways that its condition may go; and the gateway's own first request.
  assert.equal(plans(), 5);
  const warmed = gateway.log.lines.filter(({ msg }) => msg === 'warmed up');
  assert.deepEqual(
    warmed.map(({ operations }) => operations),
    [3],
  );

  const answer = await gateway.query(bodies.Product, { id: '7' });
  assert.deepEqual(answer.data, { product: { name: 'Product 7', reviews: [{ text: 'about 7' }] } });
  for (const short of [true, false]) await gateway.query(bodies.Conditional, { short });
  await gateway.query(bodies.Rename);
  assert.equal(plans(), 5);
  await gateway.query(`${bodies.Product} #`, { id: '7' });
  assert.equal(plans(), 6);
});

test('what recognises requests knows documents of the list, and validates none of them again', async () => {
  await using shop = await startShop({ env: { WARM_UP_FILE: await fileOf(bodies) } });
  const { gateway } = shop;
  // Who validates a document notes the types of all that is in it.
  const noting = mock.method(TypeInfo.prototype, 'enter');
  const validations = async (query: string) => {
    noting.mock.resetCalls();
    assert.equal((await gateway.query(query, { id: '7' })).errors, undefined);
    return noting.mock.callCount();
  };
  assert.equal(await validations(bodies.Product), 0);
  assert.notEqual(await validations(`${bodies.Product} #`), 0);
  noting.mock.restore();
});

test('for a new supergraph they are planned before it is served', async () => {
  await using shop = await startShop({ env: { WARM_UP_FILE: await fileOf(bodies) } });
  const { gateway, products, reviews } = shop;
  planning.mock.resetCalls();
  const enlarged = productsSdl.replace('slow: String', 'slow: String greeting: String');
  await writeFile(`${gateway.supergraphFile}.next`, supergraphOf([{ ...products, sdl: enlarged }, reviews]));
  await rename(`${gateway.supergraphFile}.next`, gateway.supergraphFile);
  await gateway.log.line(({ msg }) => msg === 'took over a new supergraph');
  assert.equal(plans(), 4);
  const said = gateway.log.lines.map(({ msg }) => msg);
  assert(said.lastIndexOf('warmed up') < said.indexOf('took over a new supergraph'));

  const { errors } = await gateway.query(bodies.Product, { id: '7' });
  assert.equal(errors, undefined);
  assert.equal(plans(), 4);
  await gateway.query('{ greeting }');
  assert.match(products.calls.at(-1)?.query ?? '', /greeting/);
});

test('subgraphs are connected to, and a listed query without variables is asked, before clients come', async () => {
  const Latest = 'query Latest { latestReview { text } }';
  await using shop = await startShop({ env: { WARM_UP_FILE: await fileOf({ ...bodies, Latest }) } });
  const { gateway, products, reviews } = shop;
  const asked = (calls: readonly { query?: string | undefined }[]) => calls.map(({ query }) => query);
  assert.deepEqual(asked(products.calls), ['{ __typename }']);
  assert.deepEqual(asked(reviews.calls), ['{ __typename }', 'query Latest__reviews__0{latestReview{text}}']);
  await gateway.log.line(({ msg, operation }) => msg === 'request' && operation === 'Latest');
});

test('in production subgraphs are connected to once, with a list and without', async () => {
  for (const list of [{}, { WARM_UP_FILE: await fileOf(bodies) }]) {
    await using shop = await startShop({ env: { NODE_ENV: 'production', ...list } });
    for (const { calls } of [shop.products, shop.reviews])
      assert.deepEqual(
        calls.map(({ query }) => query),
        ['{ __typename }'],
      );
  }
});

test('subgraphs that are away keep no gateway from starting', async () => {
  await using shop = await startShop();
  const env = { WARM_UP_FILE: await fileOf(bodies), SUBGRAPH_URLS: 'products=http://127.0.0.1:1/graphql' };
  await using gateway = await startTestGateway({ supergraph: shop.supergraph, env });
  assert.equal((await fetch(`${gateway.adminUrl}/health/ready`)).status, 200);
  // Only who asks for one of its fields has it in the log.
  assert(!gateway.log.lines.some(({ msg }) => msg === 'a subgraph did not answer'));
});

test('what is wrong with an operation is logged by its name, and does no harm', async () => {
  const wrong = {
    Torn: 'query Torn {',
    Unknown: 'query Unknown { nothing }',
    // Allowed here; where it isn't, it must not become so by being listed.
    Schema: 'query Schema { __schema { queryType { name } } }',
    Deep: `query Deep { products ${'{ alike '.repeat(20)} { id } ${'}'.repeat(20)} }`,
  };
  const file = await fileOf({ ...wrong, ...bodies });
  await using shop = await startShop({ env: { WARM_UP_FILE: file, NODE_ENV: 'production' } });
  const { gateway } = shop;
  const named = gateway.log.lines.filter(({ msg }) => msg === 'an operation cannot be warmed up');
  assert.deepEqual(
    named.map(({ operation }) => operation),
    Object.keys(wrong),
  );

  assert.equal(plans(), 4);
  const codes: unknown[] = [];
  for (const body of Object.values(wrong))
    codes.push((await gateway.query(body)).errors?.[0]?.extensions.code);
  assert.deepEqual(codes, [
    'GRAPHQL_PARSE_FAILED',
    'GRAPHQL_VALIDATION_FAILED',
    'GRAPHQL_VALIDATION_FAILED',
    'DOCUMENT_TOO_DEEP',
  ]);
  assert.equal((await gateway.query(bodies.Product, { id: '7' })).errors, undefined);
  assert.equal(plans(), 4);
});

test('a safelist is warmed up by itself, once with what both lists name', async () => {
  const { Product, ...others } = bodies;
  const safelist = join(folder, 'safelist.json');
  await writeFile(safelist, manifestOf(bodies));
  const env = { SAFELIST: 'enforce', SAFELIST_FILE: safelist, WARM_UP_FILE: await fileOf(others) };
  await using shop = await startShop({ env });
  assert.equal(plans(), 4);
  assert.equal((await shop.gateway.query(Product, { id: '7' })).errors, undefined);
  assert.equal(plans(), 4);
});

test("the library's own executor plans when it is asked", async () => {
  await using shop = await startShop({
    env: { WARM_UP_FILE: await fileOf(bodies), EXECUTOR: 'stock' },
  });
  // The gateway's own first request.
  assert.equal(plans(), 1);
  assert.equal((await shop.gateway.query(bodies.Product, { id: '7' })).errors, undefined);
  assert.equal(plans(), 2);
});

test('a list that cannot be read keeps the gateway from starting', async () => {
  const torn = join(folder, 'torn.json');
  await writeFile(torn, '{');
  for (const WARM_UP_FILE of [torn, join(folder, 'nowhere')])
    await assert.rejects(startShop({ env: { WARM_UP_FILE } }), {
      name: 'ConfigError',
      message: /^WARM_UP_FILE: .* cannot be read/,
    });
});

test('it ends in time, and says what was left; and when the gateway stops', async () => {
  const operations = Object.entries(bodies).map(([name, body]) => ({ id: name, name, body }));
  const schema = buildSchema('type Query { a: Int }');
  const stopped = new AbortController();
  const { logger, lines } = captureLog();
  const planned: string[] = [];
  const deps = {
    learn: (body: string) => {
      planned.push(body);
      // Somebody stops the gateway meanwhile.
      if (body === bodies.Conditional) stopped.abort();
      return parse(body);
    },
    plan: () => {},
    prepare: () => {},
    connect: async () => {},
    logger,
  };
  const late = createWarmUp(() => operations, { connects: false, stopped: stopped.signal, mostMs: 0 }, deps);
  await late({ apiSchema: schema });
  assert.deepEqual(planned, []);
  assert.deepEqual(
    lines.map(({ msg, left, operations }) => ({ msg, left, operations })),
    [
      { msg: 'no time to warm up all operations', left: 3, operations: undefined },
      { msg: 'warmed up', left: undefined, operations: 0 },
    ],
  );
  await createWarmUp(
    () => operations,
    { connects: false, stopped: stopped.signal },
    deps,
  )({ apiSchema: schema });
  assert.deepEqual(planned, [bodies.Product, bodies.Conditional]);
});
