import { beyond, chain, type MaliciousClass, post, times } from './requests.ts';

/** Documents that are large, or have too many parts. */
export const documentClasses: readonly MaliciousClass[] = [
  {
    name: 'tokens without end',
    code: 'DOCUMENT_TOO_LARGE',
    hostile: [
      ...[2_001, 2_100, 4_000, 20_000, 40_000].map((count) => post(`{ ${times(count, () => 'count')}`)),
      ...[2_001, 10_000, 100_000].map((count) => post('!'.repeat(count))),
      ...[500, 3_000, 10_000].map((count) => post(times(count, (n) => `query Q${n} { count }`))),
    ],
    // 2000 to the token.
    harmless: [
      post(
        `{ item { ${times(10, (n) => `a${n}: self { ${chain(12)} }`)} ${times(47, () => 'id')} } items(ids: [${times(500, String)}], grid: [[[${times(500, String)}]]]) { id } }`,
      ),
    ],
  },
  {
    name: 'floods of comments',
    code: 'DOCUMENT_TOO_LARGE',
    hostile: [
      ...[2_000, 5_000, 20_000, 80_000].map((count) => post(`${'#\n'.repeat(count)}{ count }`)),
      ...[2_000, 5_000, 20_000, 80_000].map((count) => post(`{ count ${'#\n'.repeat(count)} }`)),
      post(`{ count } ${'#\n'.repeat(2_000)}`),
      post(`{ ${times(1_000, () => 'count # why\n#\n')} }`),
    ],
    harmless: [post(`${'# a long comment \n'.repeat(1_900)} { count }`)],
  },
  {
    name: 'many operations',
    code: 'TOO_MANY_OPERATIONS',
    hostile: [
      ...beyond(20).map((count) =>
        post(
          times(count, (n) => `query Q${n} { count }`),
          undefined,
          { operationName: 'Q1' },
        ),
      ),
      ...beyond(20).map((count) => post('{ count }'.repeat(count))),
    ],
    harmless: [
      post(
        times(20, (n) => `query Q${n} { count }`),
        undefined,
        { operationName: 'Q1' },
      ),
    ],
  },
  {
    name: 'many variables',
    code: 'TOO_MANY_VARIABLES',
    hostile: [
      ...beyond(100, 2).map((count) => post(`query (${times(count, (n) => `$v${n}: Int`)}) { count }`)),
      ...beyond(100, 2).map((count) =>
        post(`query A { count } query B(${times(count, (n) => `$v${n}: Int`)}) { count }`),
      ),
    ],
    harmless: [
      post(
        `query (${times(100, (n) => `$v${n}: Int!`)}) { item(input: { numbers: [${times(100, (n) => `$v${n}`)}] }) { id } }`,
        Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`v${n}`, n])),
      ),
    ],
  },
  {
    name: 'unused variables',
    code: 'GRAPHQL_VALIDATION_FAILED',
    hostile: [1, 2, 10, 50, 100].flatMap((count) => [
      post(`query (${times(count, (n) => `$v${n}: Int`)}) { count }`),
      post(`query (${times(count, (n) => `$v${n}: ItemInput`)}) { count }`, { v0: {} }),
    ]),
    harmless: [post('query ($v: Int) { items(first: $v) { id } }', { v: 1, w: 2 })],
  },
  {
    name: 'fragments by the hundred',
    code: 'TOO_MANY_FRAGMENTS',
    hostile: [
      ...beyond(100, 2).map((count) =>
        post(`{ count } ${times(count, (n) => `fragment F${n} on Item { id }`)}`),
      ),
      ...beyond(100, 2).map((count) => post(`{ count } ${times(count, () => 'fragment F on Item { id }')}`)),
    ],
    harmless: [
      post(
        `{ item { ${times(100, (n) => `...F${n}`)} } } ${times(100, (n) => `fragment F${n} on Item { id }`)}`,
      ),
    ],
  },
  {
    name: 'circular fragments',
    code: 'FRAGMENT_CYCLE',
    hostile: [
      post('{ item { ...F } } fragment F on Item { ...F }'),
      post('{ count } fragment F on Item { ...F }'),
      post('{ item { ...F } } fragment F on Item { id self { ... on Item { ...F } } }'),
      ...[2, 3, 5, 10, 20, 50, 100].map((length) =>
        post(
          `{ item { ...F0 } } ${times(length, (n) => `fragment F${n} on Item { self { ...F${(n + 1) % length} } }`)}`,
        ),
      ),
      post(
        `{ item { ...F0 } } ${times(10, (n) => `fragment F${n} on Item { ${times(10, (m) => `...F${m}`)} }`)}`,
      ),
    ],
    harmless: [post('{ item { ...F ...G } } fragment F on Item { ...G } fragment G on Item { id }')],
  },
  {
    name: 'exponential fragments',
    code: 'TOO_MANY_SPREADS',
    hostile: [2, 3, 5, 10].flatMap((width) =>
      [10, 20, 30].map((length) =>
        post(
          `{ item { ...F0 } } ${times(length, (n) => `fragment F${n} on Item { ${times(width, () => `...F${n + 1}`)} }`)} fragment F${length} on Item { id }`,
        ),
      ),
    ),
    harmless: [
      post(
        `{ item { ...F0 } } ${times(7, (n) => `fragment F${n} on Item { ...F${n + 1} ...F${n + 1} }`)} fragment F7 on Item { id }`,
      ),
    ],
  },
  {
    name: 'fragments full of fields',
    code: 'TOO_MANY_FIELDS',
    hostile: [
      ...beyond(20, 2).map((count) =>
        post(`{ item { ${times(count, () => '...F')} } } fragment F on Item { ${times(50, () => 'name')} }`),
      ),
      ...[10, 20, 50].map((size) =>
        post(
          `{ item { ${times(11, () => '...F')} } } fragment F on Item { ${times(10, () => '...G')} } fragment G on Item { ${times(size, () => 'name')} }`,
        ),
      ),
      post(`{ count } fragment F on Item { ${times(1_001, () => 'name')} }`),
    ],
    harmless: [
      post(`{ item { ${times(19, () => '...F')} } } fragment F on Item { ${times(50, () => 'name')} }`),
    ],
  },
  {
    name: 'what no client has a use for',
    code: 'GRAPHQL_VALIDATION_FAILED',
    hostile: [
      post('type Query { hacked: Int }'),
      post('extend type Query { hacked: Int } { count }'),
      post('{ _service { sdl } }'),
      post('{ _entities(representations: [{ __typename: "Item", id: "1" }]) { __typename } }'),
      post('{ item { a: id a: name } }'),
      post(`{ item { ${times(40, (n) => `a: ${n % 2 === 0 ? 'id' : 'name'}`)} } }`),
      post('{ item { ...F } } fragment F on Nothing { id }'),
      post('{ item { ...Missing } }'),
      post('{ nothing }'),
      post('{ count { id } }'),
      post('{ item(unknown: 1) { id } }'),
    ],
    harmless: [post('{ item { id __typename } }')],
  },
  {
    name: 'deep introspection',
    code: 'GRAPHQL_VALIDATION_FAILED',
    hostile: [3, 4, 6, 10, 20].flatMap((depth) => [
      post(`{ __schema { types { ${'fields { type { '.repeat(depth)} name ${' } }'.repeat(depth)} } } }`),
      post(
        `{ __type(name: "Item") { ${'interfaces { possibleTypes { '.repeat(depth)} name ${' } }'.repeat(depth)} } }`,
      ),
    ]),
    harmless: [post('{ __schema { types { name fields { name type { name ofType { name } } } } } }')],
  },
];
