import { beyond, type MaliciousClass, nest, post, raw, times } from './requests.ts';

const page = 'query ($n: Int) { items(first: $n) { id } }';
const nestedList = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`;
const nestedInput = (depth: number) => `${'{"inner":'.repeat(depth)}{}${'}'.repeat(depth)}`;
const asJson = (value: string) =>
  raw(`{"query":"query ($v: Json) { items(anything: $v) { id } }","variables":{"v":${value}}}`);
const asInput = (value: string) =>
  raw(`{"query":"query ($v: ItemInput) { item(input: $v) { id } }","variables":{"v":${value}}}`);

/** Hostile values, in documents and in variables. */
export const valueClasses: readonly MaliciousClass[] = [
  {
    name: 'huge numbers in documents',
    code: 'GRAPHQL_VALIDATION_FAILED',
    hostile: [
      '2147483648',
      '-2147483649',
      '9'.repeat(100),
      '9'.repeat(100_000),
      '1e400',
      '1.5',
      '-1e-400',
    ].flatMap((number) => [
      post(`{ item(input: { count: ${number} }) { id } }`),
      post(`{ item(input: { numbers: [${number}] }) { id } }`),
    ]),
    harmless: [post('{ item(input: { count: 2147483647, numbers: [-2147483648] }) { id } }')],
  },
  {
    name: 'huge numbers in variables',
    code: 'BAD_USER_INPUT',
    hostile: ['2147483648', '1e400', '-1e400', '9'.repeat(1_000), '1.5', '"1"', '[1]', '{}', 'true'].map(
      (number) =>
        raw(
          `{"query":"query ($i: ItemInput) { item(input: $i) { id } }","variables":{"i":{"count":${number}}}}`,
        ),
    ),
    harmless: [post('query ($i: ItemInput) { item(input: $i) { id } }', { i: { count: 2_147_483_647 } })],
  },
  {
    name: 'huge strings',
    code: 'BODY_TOO_LARGE',
    hostile: [256 * 1024, 300_000, 1_000_000].flatMap((length) => [
      post(`{ item(id: "${'x'.repeat(length)}") { id } }`),
      post('query ($id: ID) { item(id: $id) { id } }', { id: 'x'.repeat(length) }),
      post(`${' '.repeat(length)}{ count }`),
    ]),
    harmless: [
      post('query ($id: ID) { item(id: $id) { id } }', { id: 'x'.repeat(250_000) }),
      post(`{ item(id: "${'x'.repeat(250_000)}") { id } }`),
      post(`${','.repeat(250_000)}{ count }`),
    ],
  },
  {
    name: 'values nested in documents',
    code: 'INPUT_TOO_DEEP',
    hostile: [13, 14, 20, 40, 100, 190].flatMap((depth) => [
      post(`{ item(input: ${'{ inner: '.repeat(depth - 1)}{}${' }'.repeat(depth - 1)}) { id } }`),
      post(`{ items(grid: ${nestedList(depth)}) { id } }`),
      post(`{ items(anything: ${nestedList(depth)}) { id } }`),
      post(`{ item(input: ${'{ list: ['.repeat(depth / 2)}{}${'] }'.repeat(depth / 2)}) { id } }`),
      post(`query ($v: Json = ${nestedList(depth)}) { items(anything: $v) { id } }`),
      post(`{ count @include(if: ${nestedList(depth)}) }`),
    ]),
    harmless: [
      post(`{ item(input: ${'{ inner: '.repeat(11)}{}${' }'.repeat(11)}) { id } }`),
      post(`{ items(anything: ${nestedList(12)}) { id } }`),
    ],
  },
  {
    name: 'variables nested deeply',
    code: 'INPUT_TOO_DEEP',
    hostile: [21, 22, 30, 100, 1_000, 10_000, 50_000, 100_000]
      .flatMap((depth) => [
        asJson(nestedList(depth)),
        asJson(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
      ])
      .filter(({ body }) => body.length < 256 * 1024)
      .concat([21, 100, 1_000].map((depth) => asInput(nestedInput(depth)))),
    harmless: [asJson(nestedList(20)), asInput(nestedInput(19))],
  },
  {
    name: 'variables with many values',
    code: 'VARIABLES_TOO_LARGE',
    hostile: [
      ...[2_000, 3_000, 10_000].map((count) =>
        post('{ count }', Object.fromEntries(Array.from({ length: count }, (_, n) => [`v${n}`, n]))),
      ),
      ...[5, 10, 50].map((lists) =>
        post('query ($v: Json) { items(anything: $v) { id } }', {
          v: Array.from({ length: lists }, () => Array.from({ length: 499 }, () => 0)),
        }),
      ),
      ...[1_000, 2_000].map((count) =>
        post('{ count }', Object.fromEntries(Array.from({ length: count }, (_, n) => [`v${n}`, [{}]]))),
      ),
    ],
    harmless: [post('{ count }', Object.fromEntries(Array.from({ length: 1_999 }, (_, n) => [`v${n}`, n])))],
  },
  {
    name: 'long lists',
    code: 'LIST_TOO_LONG',
    hostile: beyond(500, 3).flatMap((count) => [
      post(`{ items(ids: [${times(count, String)}]) { id } }`),
      post('query ($ids: [ID!]) { items(ids: $ids) { id } }', { ids: Array.from({ length: count }, String) }),
      post(`query ($ids: [ID!] = [${times(count, String)}]) { items(ids: $ids) { id } }`),
      post('{ count }', { unused: { inside: Array.from({ length: count }, () => null) } }),
    ]),
    harmless: [
      post(`{ items(ids: [${times(500, String)}]) { id } }`),
      post('query ($ids: [ID!]) { items(ids: $ids) { id } }', { ids: Array.from({ length: 500 }, String) }),
    ],
  },
  {
    name: 'large pages',
    code: 'PAGE_TOO_LARGE',
    hostile: [101, 1_000, 2_147_483_647].flatMap((size) => [
      post(`{ items(first: ${size}) { id } }`),
      post(`{ items(last: ${size}) { id } }`),
      post(page, { n: size }),
      post(`query ($n: Int = ${size}) { items(first: $n) { id } }`),
      post(`{ count } fragment F on Query { items(first: ${size}) { id } }`),
    ]),
    harmless: [post('{ items(first: 100) { id } }'), post(page, { n: 100 }), post(page, { n: null })],
  },
  {
    name: 'pages of pages',
    code: 'OPERATION_TOO_COSTLY',
    hostile: [
      post(`{ ${nest(3, 'items(first: 100)', 'id')} }`),
      post(`{ ${nest(5, 'items(first: 10)', 'id')} }`),
      post(`{ ${nest(13, 'items', 'id')} }`),
      post('query ($n: Int) { items(first: $n) { items(first: $n) { id } } }', { n: 100 }),
      post('query ($n: Int = 100) { items(first: $n) { items(first: $n) { id } } }'),
      post('query ($n: Int = 1) { items(first: $n) { items(first: 100) { id } } }', { n: 100 }),
      post('{ items(first: 100) { ...F } } fragment F on Item { ... { items(first: 100) { id } } }'),
      post(
        'query ($no: Boolean = true) { items(first: 100) { items(first: 100) @include(if: $no) { id } } }',
      ),
      post(`{ ${times(26, () => 'costly')} }`),
      post('{ items(last: 100, first: 1) { items(first: 100) { id } } }'),
    ],
    harmless: [
      post('query ($n: Int) { items(first: $n) { items(first: 99) { id } } }', { n: 100 }),
      post('query ($no: Boolean!) { items(first: 100) { items(first: 100) @include(if: $no) { id } } }', {
        no: false,
      }),
      post(`{ ${times(25, () => 'costly')} }`),
    ],
  },
];
