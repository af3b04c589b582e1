import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  buildSchema,
  getOperationAST,
  getVariableValues,
  NoUnusedVariablesRule,
  parse,
  print,
  specifiedRules,
  validate,
} from 'graphql';
import { resolveConditions } from '../../gateway/executor/resolve-conditions.ts';
import { randomRuns } from './support/compare.ts';
import { createDerivedSubgraph, fairWeather } from './support/derived-subgraph.ts';

const sdl = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
const schema = buildSchema(sdl);

function resolved(text: string, sent: Record<string, unknown> = {}): string | undefined {
  const document = parse(text);
  const operation = getOperationAST(document, 'Test');
  assert(operation);
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], sent);
  assert(coerced);
  const left = resolveConditions(document, operation, coerced);
  return left && print(left.document);
}

function assertResolved(text: string, expected: string, variables: Record<string, unknown> = {}): void {
  assert.equal(resolved(text, variables), print(parse(expected)));
}

test('what is skipped is not asked for, and what is left stands where it stood', () => {
  const text =
    'query Test($a: Boolean!, $b: Boolean!) { me { id @skip(if: $a) ... @include(if: $b) { name } username } }';
  const variables = '($a: Boolean!, $b: Boolean!)';
  const left = {
    'id ... { name } username': { a: false, b: true },
    '... { name } username': { a: true, b: true },
    'id username': { a: false, b: false },
    username: { a: true, b: false },
  };
  for (const [fields, values] of Object.entries(left))
    assertResolved(text, `query Test${variables} { me { ${fields} } }`, values);
});

test('literals decide, and both directives of a field have to agree', () => {
  assertResolved(
    'query Test { a: me @skip(if: true) { id } b: me @include(if: false) { id } c: me @skip(if: false) @include(if: true) { id } d: me @skip(if: true) @include(if: true) { id } }',
    'query Test { c: me { id } }',
  );
});

test('fragments of which nothing is left go, however deep, and so do those that nobody names', () => {
  assertResolved(
    `query Test($a: Boolean!) { me { id ...Outer ... on User { ... { name @skip(if: $a) } } } }
    query Other { me { ...Others } }
    fragment Outer on User { ...Inner ...Kept }
    fragment Inner on User { name @skip(if: $a) ...Others @skip(if: $a) }
    fragment Others on User { username }
    fragment Kept on User { bio }`,
    `query Test($a: Boolean!) { me { id ...Outer } }
    fragment Kept on User { bio }
    fragment Outer on User { ...Kept }`,
    { a: true },
  );
});

test('a field of which nothing is left asks that its object be there', () => {
  assertResolved(
    'query Test($a: Boolean = true) { me { ...F ... { id @skip(if: $a) } } } fragment F on User { name @skip(if: $a) }',
    'query Test($a: Boolean = true) { me { __typename } }',
  );
});

test('of an operation of which nothing is left, nothing is', () => {
  assert.equal(resolved('query Test($a: Boolean!) { me @include(if: $a) { id } }', { a: false }), undefined);
});

test('other directives stay', () => {
  assertResolved(
    'query Test { me { id @some @skip(if: false) ... @other { name } } }',
    'query Test { me { id @some ... @other { name } } }',
  );
});

test('graphql-js answers what is left as it answers the whole', async () => {
  const runs = Number(process.env.EXECUTOR_RUNS ?? 400);
  const answer = createDerivedSubgraph('all', sdl);
  const met = { smaller: 0, empty: 0 };
  await fc.assert(
    fc.asyncProperty(randomRuns({ schema }, ['all']), async ({ operation: { text, variables } }) => {
      const left = resolved(text, variables);
      const asked = { variables, operationName: 'Test' };
      const expected = await answer({ query: text, ...asked }, fairWeather);
      if (left === undefined) return assert.deepEqual(expected, { data: {} });
      assert.doesNotMatch(left, /@skip|@include/);
      const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);
      assert.deepEqual(validate(schema, parse(left), rules), []);
      const { data, errors } = await answer({ query: left, ...asked }, fairWeather);
      assert.deepEqual(errors, expected.errors);
      assertHolds(data, expected.data, () => {
        met.empty += 1;
      });
      if (left.length < print(parse(text)).length) met.smaller += 1;
    }),
    { numRuns: runs },
  );
  for (const [what, times] of Object.entries(met)) assert(times > runs / 40, `${what}: ${times} times`);
});

/** All that is expected and nothing else, but for the `__typename` of fields of which nothing was left. */
function assertHolds(actual: unknown, expected: unknown, onTypename: () => void): void {
  if (Array.isArray(expected)) {
    assert(Array.isArray(actual) && actual.length === expected.length);
    for (const [index, item] of expected.entries()) assertHolds(actual[index], item, onTypename);
  } else if (typeof expected === 'object' && expected !== null) {
    assert(typeof actual === 'object' && actual !== null);
    const values = actual as Record<string, unknown>;
    const more = Object.keys(values).filter((key) => !Object.hasOwn(expected, key));
    assert(more.every((key) => key === '__typename'));
    if (more.length > 0) onTypename();
    for (const [key, value] of Object.entries(expected)) assertHolds(values[key], value, onTypename);
  } else assert.equal(actual, expected);
}
