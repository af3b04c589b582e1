import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getIntrospectionQuery } from 'graphql';
import { startShop } from './support/shop.ts';

const nested = (depth: number) => `${'{ alike '.repeat(depth)}{ id }${' }'.repeat(depth)}`;

async function refusal(
  shop: Awaited<ReturnType<typeof startShop>>,
  body: { query: string; variables?: object; operationName?: string },
) {
  const response = await shop.gateway.send(body);
  const answer = (await response.json()) as { errors?: { message: string; extensions: { code: string } }[] };
  return {
    status: response.status,
    code: answer.errors?.[0]?.extensions.code,
    message: answer.errors?.[0]?.message,
  };
}

test('a document with too many tokens is refused', async () => {
  await using shop = await startShop({ env: { MAX_DOCUMENT_TOKENS: '30' } });
  const tokens = (count: number) => `{ product(id: "1") { ${'name '.repeat(count - 10)}} }`;
  assert.equal((await refusal(shop, { query: tokens(30) })).code, undefined);
  const { status, code } = await refusal(shop, { query: tokens(31) });
  assert.deepEqual({ status, code }, { status: 400, code: 'DOCUMENT_TOO_LARGE' });
});

test('a document that is nested too deeply is refused, fragments included', async () => {
  await using shop = await startShop({ env: { MAX_DOCUMENT_DEPTH: '5', MAX_OPERATION_COST: '100000' } });
  const deep = [
    `{ products ${nested(4)} }`,
    `{ products { ... on Product { alike { ...A } } } } fragment A on Product ${nested(3)}`,
    `query Fine { viewer } query Deep { products ${nested(4)} }`,
  ];
  assert.equal((await refusal(shop, { query: `{ products ${nested(3)} }` })).code, undefined);
  for (const query of deep) {
    const { status, code } = await refusal(shop, { query });
    assert.deepEqual({ status, code }, { status: 400, code: 'DOCUMENT_TOO_DEEP' }, query);
  }
});

test('fragments that spread each other many times are measured in little time', async () => {
  await using shop = await startShop({ env: { MAX_DOCUMENT_DEPTH: '30' } });
  const fragments = Array.from(
    { length: 40 },
    (_, at) => `fragment F${at} on Product { alike { ${`...F${at + 1} `.repeat(10)} } }`,
  );
  const query = `{ products { ...F0 } } ${fragments.join(' ')} fragment F40 on Product { id }`;
  assert.equal((await refusal(shop, { query })).code, 'TOO_MANY_SPREADS');
});

test('fragments that spread themselves are refused before validation walks them', async () => {
  await using shop = await startShop();
  const query =
    '{ products { ...A } } fragment A on Product { alike { ...B } } fragment B on Product { ...A }';
  const { status, code } = await refusal(shop, { query });
  assert.deepEqual({ status, code }, { status: 400, code: 'FRAGMENT_CYCLE' });
});

test('limits refuse before validation', async () => {
  await using shop = await startShop({ env: { MAX_DOCUMENT_DEPTH: '5' } });
  const { code } = await refusal(shop, { query: `{ unknownField products ${nested(9)} }` });
  assert.equal(code, 'DOCUMENT_TOO_DEEP');
  // The second time from memory.
  assert.equal((await refusal(shop, { query: `{ unknownField products ${nested(9)} }` })).code, code);
});

test('a page of more than 100 is refused, however it is asked for', async () => {
  await using shop = await startShop();
  const list = 'query ($n: Int) { products(first: $n) { id } }';
  const large: { query: string; variables?: object }[] = [
    { query: '{ products(first: 101) { id } }' },
    { query: '{ products(last: 101) { id } }' },
    {
      query:
        '{ products { ...A } } fragment A on Product { alike { id } } query B { products(first: 9999999999) { id } }',
    },
    { query: list, variables: { n: 101 } },
    { query: 'query ($n: Int = 101) { products(first: $n) { id } }' },
    { query: 'query ($n: Int = 101) { products(first: $n) { id } }', variables: { n: 1 } },
  ];
  for (const body of large) {
    const { status, code } = await refusal(shop, body);
    assert.deepEqual({ status, code }, { status: 400, code: 'PAGE_TOO_LARGE' }, JSON.stringify(body));
  }
  const fitting: { query: string; variables?: object }[] = [
    { query: '{ products(first: 100) { id } }' },
    { query: list, variables: { n: 100 } },
    { query: list, variables: { n: null } },
    { query: list },
  ];
  for (const body of fitting) assert.equal((await refusal(shop, body)).code, undefined, JSON.stringify(body));
});

test('a text that does not parse gets the usual answer', async () => {
  await using shop = await startShop();
  const { status, code, message } = await refusal(shop, { query: '{ viewer' });
  assert.deepEqual({ status, code }, { status: 400, code: 'GRAPHQL_PARSE_FAILED' });
  assert.equal(message, 'Syntax Error: Expected Name, found <EOF>.');
});

test('the introspection query of tools is not too deep', async () => {
  await using shop = await startShop({ env: { MAX_DOCUMENT_DEPTH: '3' } });
  assert.equal((await refusal(shop, { query: getIntrospectionQuery() })).code, undefined);
});

test('an operation that the document does not have is the fault of the request', async () => {
  await using shop = await startShop();
  const query = 'query A { viewer } query B { viewer }';
  assert.equal((await refusal(shop, { query, operationName: 'A' })).code, undefined);
  for (const body of [{ query, operationName: 'C' }, { query }]) {
    const { status, code } = await refusal(shop, body);
    assert.deepEqual({ status, code }, { status: 400, code: 'OPERATION_RESOLUTION_FAILURE' });
  }
});

test('a body above 256 KB is refused', async () => {
  await using shop = await startShop();
  const { status, code } = await refusal(shop, { query: `{ viewer } #${'x'.repeat(256 * 1024)}` });
  assert.deepEqual({ status, code }, { status: 413, code: 'BODY_TOO_LARGE' });
});
