import fc from 'fast-check';
import { Lexer, Source, TokenKind } from 'graphql';

/** A request as a client would write it. `tokens` are its document's, between which anything ignored may come. */
export interface RandomRequest {
  /** One list for each definition. */
  readonly definitions: readonly (readonly string[])[];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
}

/** What the variables of random requests are declared with, and what clients send for them. */
const variables: Record<string, { types: string[]; values: unknown[]; sameAsDefault?: unknown }> = {
  int: { types: ['Int = 5', 'Int', 'Int! = 5'], values: [5, 1, null, 0], sameAsDefault: 5 },
  count: { types: ['Int!', 'Int! = 2'], values: [1, 2, 5] },
  float: { types: ['Float = 1.0', 'Float'], values: [1, 1.5, null], sameAsDefault: 1 },
  string: {
    types: ['String = "a"', 'String', 'String = """a"""'],
    values: ['a', '', '1', null],
    sameAsDefault: 'a',
  },
  nothing: { types: ['String = null'], values: [null, 'null'], sameAsDefault: null },
  id: { types: ['ID = 7', 'ID', 'ID = "7"'], values: ['7', 7, '07'], sameAsDefault: '7' },
  flag: { types: ['Boolean! = true', 'Boolean!'], values: [true, false], sameAsDefault: true },
  colour: { types: ['Colour = RED', 'Colour'], values: ['RED', 'GREEN', null], sameAsDefault: 'RED' },
  ints: { types: ['[Int] = [1]', '[Int]'], values: [1, [1], [[1]], [1, 2], [], null] },
  point: {
    types: ['Point = {x: 2}', 'Point'],
    values: [
      {},
      { x: 2 },
      { x: 2, y: 1 },
      { y: 1, x: 2 },
      { raw: { a: 1, b: 2 } },
      { raw: { b: 2, a: 1 } },
      { next: { x: null, y: 2 } },
      { next: { y: 2, x: null } },
    ],
  },
  raw: {
    types: ['JSON = {a: 1}', 'JSON'],
    values: [1, '1', [1], { a: 1 }, { a: 1, b: 2 }, { b: 2, a: 1 }, null],
  },
};

const literals: Record<string, string[]> = {
  int: ['1', '2', '-0', 'null', '$int', '$count'],
  float: ['1', '1.0', '1.50', '1e0', '$float'],
  string: [
    '"a"',
    '"1"',
    '"\\u0061"',
    '"""a"""',
    '"""\n    a\n  b\n"""',
    '"""\n  a\nb\n"""',
    '""',
    '$string',
    '$nothing',
  ],
  id: ['1', '"1"', '"01"', '$id'],
  flag: ['true', 'false', '$flag'],
  colour: ['RED', 'GREEN', '$colour', 'null'],
  ints: ['1', '[1]', '[1, 2]', '[$int]', '[]', '$ints'],
  point: ['{}', '{x: 1}', '{x: 1, y: 1.0}', '{y: 1.0, x: 1}', '{raw: {a: 1}}', '{x: $int}', '$point'],
  points: ['{x: 1}', '[{x: 1}]', '[{tags: ["a"]}, {colour: RED}]'],
  raw: ['1', '1.0', '"1"', '"""1"""', 'RED', '[1]', '{a: 1, b: 2}', '{b: 2, a: 1}', '$raw', '[$raw]'],
};

const alias = fc.constantFrom('', 'a: ', 'b: ', 'c: ', 'd: ', 'e: ', 'f: ', 'id: ');
const directive = fc.constantFrom(
  ...['', '', '', '', '@skip(if: $flag)', '@include(if: $flag)', '@skip(if: false)', '@include(if: true)'],
  '@include(if: true) @skip(if: $flag)',
);

const args = (...names: string[]) =>
  fc
    .subarray(names, { maxLength: Math.min(3, names.length) })
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((name) =>
          fc.constantFrom(...(literals[name] ?? [])).map((value) => `${name}: ${value}`),
        ),
      ),
    )
    .map((pairs) => (pairs.length === 0 ? '' : `(${pairs.join(', ')})`));

const nodeEcho = fc.tuple(alias, args('string', 'int')).map(([as, given]) => `${as}echo${given}`);
const scalars = fc.oneof(
  nodeEcho,
  fc.constantFrom('id', '__typename', 'id __typename', 'a: id', 'b: __typename'),
);

/** Fragments spread only those after them in the alphabet, so that there are no cycles. */
const selections = (depth: number, ...spreads: string[]): fc.Arbitrary<string> => {
  const nested = depth === 0 ? scalars.map((scalar) => `{ ${scalar} }`) : selections(depth - 1, ...spreads);
  const selection = fc.oneof(
    { weight: 4, arbitrary: scalars },
    { weight: 1, arbitrary: fc.tuple(alias, nested).map(([as, inner]) => `${as}node ${inner}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('... on Leaf', '...', '... on Node'), nested)
        .map(([on, inner]) => `${on} DIRECTIVE ${inner}`),
    },
    {
      weight: spreads.length === 0 ? 0 : 2,
      arbitrary: fc.constantFrom(...(spreads.length === 0 ? [''] : spreads)).map((name) => `...${name} `),
    },
  );
  return fc
    .array(fc.tuple(selection, directive), { minLength: 1, maxLength: 3 })
    .map((chosen) => `{ ${chosen.map(([text, on]) => withDirective(text, on)).join(' ')} }`);
};

/** Directives stand before a selection set, and after anything else. */
function withDirective(selection: string, on: string): string {
  const at = selection.indexOf('{ ');
  const isObject = /^(?:\w+: )?(?:node|leaf|branch|any|\.\.\. ?(?:on|DIRECTIVE))/.test(selection);
  if (selection.includes('DIRECTIVE')) return selection.replace('DIRECTIVE', on);
  return isObject && at >= 0
    ? `${selection.slice(0, at)} ${on} ${selection.slice(at)}`
    : `${selection} ${on}`;
}

const rootSelection = fc.oneof(
  fc
    .tuple(alias, args('int', 'float', 'string', 'id', 'flag', 'colour', 'ints', 'point', 'points', 'raw'))
    .map(([as, given]) => `${as}echo${given}`),
  fc
    .tuple(fc.constantFrom('leaf', 'branch', 'node', 'a: node'), selections(1, 'A', 'B', 'C'))
    .map((parts) => parts.join(' ')),
  fc.constantFrom('any { ... on Node { id } ... on Leaf { name } }', 'any { __typename ...A }', '__typename'),
);

/** A valid request mostly, about everything that the schema has. */
export const randomRequest: fc.Arbitrary<RandomRequest> = fc
  .record({
    root: fc.array(fc.tuple(rootSelection, directive), { minLength: 1, maxLength: 3 }),
    A: selections(1, 'B', 'C').map((body) => `fragment A on Leaf ${body}`),
    B: selections(1, 'C').map((body) => `fragment B on Node ${body}`),
    C: selections(0).map((body) => `fragment C on Node ${body}`),
    types: fc.record(
      Object.fromEntries(
        Object.entries(variables).map(([name, { types }]) => [name, fc.constantFrom(...types)]),
      ),
    ),
    given: fc.record(
      Object.fromEntries(
        Object.entries(variables).map(([name, { values }]) => [name, fc.constantFrom(...values)]),
      ),
      { requiredKeys: ['flag', 'count', 'int'] },
    ),
  })
  .map(({ root, A, B, C, types, given }) => {
    const body = `{ ${root.map(([text, on]) => withDirective(text, on)).join(' ')} }`;
    const fragments: string[] = [];
    let all = body;
    for (const [name, fragment] of Object.entries({ A, B, C }))
      if (all.includes(`...${name} `) || all.includes(`...${name}}`)) {
        fragments.push(fragment);
        all += fragment;
      }
    const used = [...new Set(Array.from(all.matchAll(/\$(\w+)/g), ([, name = '']) => name))];
    const declared = used.map((name) => `$${name}: ${types[name]}`);
    const head = declared.length === 0 ? 'query Main' : `query Main(${declared.join(', ')})`;
    return {
      definitions: [`${head} ${body}`, ...fragments].map(tokensOf),
      variables: Object.fromEntries(used.filter((name) => name in given).map((name) => [name, given[name]])),
      operationName: undefined,
    };
  });

/** The values that mean the same as leaving a variable out, for those declared with a default, whichever of them. */
export const valuesOfDefaults: ReadonlyMap<string, unknown> = new Map(
  Object.entries(variables)
    .filter(([, variable]) => 'sameAsDefault' in variable)
    .map(([name, { sameAsDefault }]) => [name, sameAsDefault]),
);

export const valuesOfVariables: ReadonlyMap<string, readonly unknown[]> = new Map(
  Object.entries(variables).map(([name, { values }]) => [name, values]),
);

export function tokensOf(text: string): string[] {
  const lexer = new Lexer(new Source(text));
  const tokens: string[] = [];
  while (lexer.advance().kind !== TokenKind.EOF) tokens.push(text.slice(lexer.token.start, lexer.token.end));
  return tokens;
}
