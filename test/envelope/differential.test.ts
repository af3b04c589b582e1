import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { createLogger } from '../../platform/logging.ts';
import { createTestDataSource, type TestDataSource } from './support/data-source.ts';
import { type ItemsSubgraph, startItemsSubgraph } from './support/items-subgraph.ts';

/**
 * Envelopes change what an operation costs, and nothing else. Plain calls are the oracle. ENVELOPE_RUNS asks for more rounds, of 25
 * operations on average.
 */
const runs = Number(process.env.ENVELOPE_RUNS ?? 200);

let subgraph: ItemsSubgraph;
let together: TestDataSource;
let plain: TestDataSource;
before(async () => {
  subgraph = await startItemsSubgraph({ logger: createLogger({ name: 'test', level: 'silent' }) });
  together = createTestDataSource(subgraph.url, { envelopes: true });
  plain = createTestDataSource(subgraph.url, { envelopes: false });
  await together.ask('{ number(of: 1) }');
});
after(async () => {
  await together[Symbol.asyncDispose]();
  await plain[Symbol.asyncDispose]();
  await subgraph[Symbol.asyncDispose]();
});

const rootField = fc.constantFrom(
  'number(of: 1)',
  'number(of: 2)',
  'viewer',
  'session',
  'forbidden',
  'broken',
  'required',
  'text(length: 0)',
  'text(length: 3000)',
  'items(count: 2) { id name owner }',
  'items(count: 4) { id size }',
  'number(of: "x")',
  'nonsense',
);
const rootQuery = fc
  .array(rootField, { minLength: 1, maxLength: 3 })
  .map((fields) => ({ query: `{ ${fields.map((field, index) => `f${index}: ${field}`).join(' ')} }` }));
const entityQuery = fc
  .record({
    ids: fc.array(fc.constantFrom('1', '2', '3', 'gone', 'ü'), { maxLength: 5 }),
    fields: fc.constantFrom('name', 'name owner', 'size', 'nonsense'),
  })
  .map(({ ids, fields }) => ({
    query: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Item { ${fields} } } }`,
    variables: { representations: ids.map((id) => ({ __typename: 'Item', id })) },
  }));
const malformed = fc.constantFrom(
  { query: '{' },
  { query: '' },
  { query: 'query A { viewer } query B { viewer }' },
);
const asking = fc.record({
  operation: fc.oneof(
    { weight: 5, arbitrary: rootQuery },
    { weight: 4, arbitrary: entityQuery },
    { weight: 1, arbitrary: malformed },
  ),
  viewer: fc.constantFrom(null, { subject: 'ada' }, { subject: 'bob' }, { subject: 'bob', sessionId: 'b-1' }),
});

test('operations get the same in an envelope as by themselves: answers, errors, and what is said of caching', async () => {
  const met = { operations: 0, data: 0, errors: 0, entities: 0, nulls: 0, private: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(asking, { minLength: 10, maxLength: 40 }), async (askings) => {
      const inEnvelopes = await Promise.all(
        askings.map(({ operation: { query, ...variables }, viewer }) =>
          together.ask(query, { ...variables, viewer }),
        ),
      );
      for (const [index, { operation, viewer }] of askings.entries()) {
        const { query, ...variables } = operation;
        const answer = await plain.ask(query, { ...variables, viewer });
        assert.deepEqual(inEnvelopes[index], answer, query);
        met.operations += 1;
        if (answer.data !== undefined && answer.data !== null) met.data += 1;
        if (answer.errors !== undefined) met.errors += 1;
        if ('variables' in variables) met.entities += 1;
        if (JSON.stringify(answer.data ?? {}).includes('null')) met.nulls += 1;
        if (JSON.stringify(answer.heard).includes('private')) met.private += 1;
      }
    }),
    { numRuns: runs },
  );
  // Or this was a test of nothing.
  for (const [what, times] of Object.entries(met)) assert(times > runs / 8, `${what}: ${times} times`);
  const sent = await together.figure('gateway_subgraph_envelope_members_sum{subgraph="items"}');
  assert(sent > met.operations / 2);
});

test('who keeps no answers gets them without tags, and otherwise the same', async () => {
  const queries = [
    { query: '{ number(of: 1) }' },
    { query: '{ viewer broken }' },
    {
      query:
        'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Item { name owner } } }',
      variables: { representations: [{ __typename: 'Item', id: '1' }] },
    },
  ];
  for (const envelopes of [false, true]) {
    await using keeping = createTestDataSource(subgraph.url, { envelopes });
    await using other = createTestDataSource(subgraph.url, { envelopes, keepsAnswers: false });
    const viewer = { subject: 'ada' };
    // Apollo Server answers a query that is new, and those that come again are compiled.
    for (let times = 0; times < 3; times += 1) {
      const ask = (source: TestDataSource) =>
        Promise.all(queries.map(({ query, variables = {} }) => source.ask(query, { viewer, variables })));
      const [withTags, without] = [await ask(keeping), await ask(other)];
      const said = withTags.map(({ heard }) => heard.map((of) => (of as { extensions: object }).extensions));
      assert(
        said.every(([extensions]) =>
          Object.keys(extensions ?? {}).some((name) => name.endsWith('CacheTags')),
        ),
      );
      assert.deepEqual(
        without,
        withTags.map(({ heard, ...answer }) => ({
          ...answer,
          heard: heard.map((of) => ({ ...(of as object), extensions: undefined })),
        })),
      );
    }
  }
});
