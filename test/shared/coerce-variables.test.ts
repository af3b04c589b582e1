import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSchema, getVariableValues, Kind, parse } from 'graphql';
import { coercionOf } from '../../subgraphs/shared/compiled/variables.ts';

const schema = buildSchema(`
  scalar Any
  enum Colour { RED BLUE }
  input Box { size: Int! label: String = "none" }
  type Query { field: Int }`);

const types = [
  ...['Int', 'Float', 'String', 'Boolean', 'ID', 'Any', 'Colour', 'Box'].flatMap((type) => [
    type,
    `${type}!`,
    `[${type}]`,
    `[${type}!]!`,
    `[[${type}!]]`,
  ]),
  'Int = 3',
  'Int! = 3',
  '[ID!] = ["a"]',
];
const nothing = Symbol('nothing');
const scalars = [
  null,
  1,
  1.5,
  2 ** 40,
  Number.NaN,
  '',
  'text',
  'RED',
  'GREEN',
  true,
  {},
  { size: 1 },
  { size: 'x' },
];
const values = [
  nothing,
  ...scalars,
  ...scalars.map((value) => [value]),
  [],
  ['a', 'b'],
  ['a', null],
  [[1], ['a']],
  [['RED'], null],
  [{ __typename: 'User', id: '1' }],
];

test('variables come out as graphql-js has them, and none where it refuses one', () => {
  let coerced = 0;
  for (const type of types) {
    const document = parse(`query($value: ${type}, $other: Int) { field }`);
    const [operation] = document.definitions;
    assert(operation?.kind === Kind.OPERATION_DEFINITION);
    const coerce = coercionOf(schema, operation);
    for (const value of values) {
      const given = value === nothing ? { unknown: 1 } : { value, other: 1 };
      const expected: unknown = getVariableValues(schema, operation.variableDefinitions ?? [], given).coerced;
      const got = coerce(given);
      // One item in the place of a list may be left to graphql-js.
      if (got === undefined && expected !== undefined && type.startsWith(Array.isArray(value) ? '[[' : '['))
        continue;
      assert.deepEqual(got, expected, `${type} of ${JSON.stringify(value)}`);
      if (got !== undefined) coerced += 1;
    }
  }
  assert(coerced > 200, String(coerced));
});
