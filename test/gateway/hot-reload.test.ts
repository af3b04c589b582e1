import assert from 'node:assert/strict';
import { rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { mock, test } from 'node:test';
import { Supergraph } from '@apollo/federation-internals';
import { productsSdl, startShop } from './support/shop.ts';
import { startTestGateway, supergraphOf } from './support/start-test-gateway.ts';
import { startTestSubgraph } from './support/test-subgraph.ts';

const took = (line: Record<string, unknown>) => line.msg === 'took over a new supergraph';
const refused = (line: Record<string, unknown>) => String(line.msg).startsWith('the new supergraph cannot');

const enlarged = productsSdl.replace('slow: String', 'slow: String greeting: String');

test('a supergraph that is replaced by rename is served without a restart', async () => {
  await using shop = await startShop();
  const { gateway, products, reviews } = shop;
  const before = await gateway.query('{ greeting }');
  assert.equal(before.errors?.[0]?.extensions.code, 'GRAPHQL_VALIDATION_FAILED');

  const next = `${gateway.supergraphFile}.next`;
  await writeFile(next, supergraphOf([{ ...products, sdl: enlarged }, reviews]));
  await rename(next, gateway.supergraphFile);
  await gateway.log.line(took);

  // The subgraph itself knows nothing of the field yet, but the gateway plans it.
  await gateway.query('{ greeting }');
  assert.match(products.calls.at(-1)?.query ?? '', /greeting/);
});

test('a supergraph that replaces another is read twice: to see whether it can be used, and to use it', async () => {
  await using shop = await startShop();
  const { gateway, products, reviews } = shop;
  const next = supergraphOf([{ ...products, sdl: enlarged }, reviews]);
  const reading = mock.method(Supergraph, 'build');
  await writeFile(gateway.supergraphFile, next);
  await gateway.log.line(took);
  assert.equal(reading.mock.calls.filter(({ arguments: [text] }) => text === next).length, 2);
  reading.mock.restore();
});

test('a swapped symbolic link is noticed', async () => {
  await using shop = await startShop();
  const { gateway, products, reviews } = shop;
  const [first, second] = [`${gateway.supergraphFile}.1`, `${gateway.supergraphFile}.2`];
  await rename(gateway.supergraphFile, first);
  await symlink(first, gateway.supergraphFile);
  await writeFile(second, supergraphOf([{ ...products, sdl: enlarged }, reviews]));
  const next = `${gateway.supergraphFile}.next`;
  await symlink(second, next);
  await rename(next, gateway.supergraphFile);
  await gateway.log.line(took);
});

test('a broken supergraph is refused with a line in the log, and a good one after it is taken', async () => {
  await using shop = await startShop();
  const { gateway, products, reviews, supergraph } = shop;
  const broken = [
    'type Query {',
    'type Query { a: Int }',
    supergraph.replace('@join__type(graph: PRODUCTS)', '@join__type(graph: NOBODY)'),
    supergraph.replace(
      '@link(url: "https://specs.apollo.dev/join',
      '@link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY) @link(url: "https://specs.apollo.dev/join',
    ),
    '',
  ];
  for (const text of broken) {
    const seen = gateway.log.lines.filter(refused).length;
    await writeFile(gateway.supergraphFile, text);
    await gateway.log.line(() => gateway.log.lines.filter(refused).length > seen);
    const answer = await gateway.query('{ product(id: "7") { name reviews { text } } }');
    assert.equal(answer.errors, undefined, text);
  }

  const seen = gateway.log.lines.filter(refused).length;
  await unlink(gateway.supergraphFile);
  await gateway.log.line(() => gateway.log.lines.filter(refused).length > seen);
  await writeFile(gateway.supergraphFile, supergraphOf([{ ...products, sdl: enlarged }, reviews]));
  await gateway.log.line(took);
});

test('a subgraph that moved is called at its new address', async () => {
  await using shop = await startShop();
  const { gateway, products, reviews } = shop;
  await gateway.query('{ product(id: "7") { name } }');
  await using moved = await startTestSubgraph({
    name: 'products',
    sdl: productsSdl,
    resolvers: { Query: { product: () => ({ id: '7', name: 'moved' }) } },
  });
  await writeFile(gateway.supergraphFile, supergraphOf([moved, reviews]));
  await gateway.log.line(took);
  const answer = await gateway.query('{ product(id: "7") { name } }');
  assert.deepEqual(answer.data, { product: { name: 'moved' } });
  assert.equal(products.calls.length, 1);
});

test('a supergraph that is broken at start is a reason not to start', async () => {
  await assert.rejects(
    startTestGateway({ supergraph: 'type Query { a: Int }' }),
    /not a Federation 2 supergraph/,
  );
});
