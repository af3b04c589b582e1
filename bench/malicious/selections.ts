import { beyond, chain, type MaliciousClass, nest, post, times } from './requests.ts';

/** Too much of what is allowed: aliases, fields, directives, nesting. */
export const selectionClasses: readonly MaliciousClass[] = [
  {
    name: 'alias overloading',
    code: 'TOO_MANY_ALIASES',
    hostile: [
      ...beyond(50).map((count) => post(`{ item { ${times(count, (n) => `a${n}: name`)} } }`)),
      post(`{ item { ...F self { ...F } } } fragment F on Item { ${times(26, (n) => `a${n}: name`)} }`),
      post(`{ item { ${times(6, () => '...F')} } } fragment F on Item { ${times(9, (n) => `a${n}: id`)} }`),
    ],
    harmless: [post(`{ item { ${times(50, (n) => `a${n}: name`)} } }`)],
  },
  {
    name: 'aliases of __typename',
    code: 'TOO_MANY_ALIASES',
    hostile: beyond(50).map((count) => post(`{ item { ${times(count, (n) => `a${n}: __typename`)} } }`)),
    harmless: [post(`{ item { ${times(50, (n) => `a${n}: __typename`)} } }`)],
  },
  {
    name: 'passwords guessed by alias',
    code: 'TOO_MANY_ROOT_FIELDS',
    hostile: beyond(30).map((count) =>
      post(`mutation { ${times(count, (n) => `a${n}: logIn(name: "ada", password: "${n}")`)} }`),
    ),
    harmless: [post(`mutation { ${times(30, (n) => `a${n}: logIn(name: "ada", password: "${n}")`)} }`)],
  },
  {
    name: 'floods of __typename',
    code: 'TOO_MANY_ROOT_FIELDS',
    hostile: [
      ...beyond(30).map((count) => post(`{ ${times(count, () => '__typename')} }`)),
      post(`{ ${times(4, () => '...F')} } fragment F on Query { ${times(8, () => '__typename')} }`),
      post(`{ ${times(31, () => '... { __typename }')} }`),
    ],
    harmless: [post(`{ ${times(30, () => '__typename')} }`)],
  },
  {
    name: 'root fields by the dozen',
    code: 'TOO_MANY_ROOT_FIELDS',
    hostile: beyond(30).map((count) => post(`{ ${times(count, () => 'count')} }`)),
    harmless: [post(`{ ${times(30, () => 'count')} }`)],
  },
  {
    name: 'fields by the thousand',
    code: 'TOO_MANY_FIELDS',
    hostile: [
      ...beyond(1_000, 1.5).map((count) => post(`{ item { ${times(count, () => 'name')} } }`)),
      ...beyond(1_000, 1.5).map((count) =>
        post(`{ item { ${times(Math.ceil(count / 10), () => `self { ${times(9, () => 'id')} }`)} } }`),
      ),
    ],
    harmless: [post(`{ item { ${times(15, (n) => `a${n}: self { ${chain(12)} }`)} } }`)],
  },
  {
    name: 'field duplication',
    code: 'TOO_MANY_DUPLICATES',
    hostile: [
      ...[201, 250, 300, 500, 900].map((count) => post(`{ item { ${times(count, () => 'name')} } }`)),
      ...[201, 300, 450].map((count) => post(`{ item { ${times(count, () => 'self { id }')} } }`)),
      post(`{ item { ${times(201, () => '... { name }')} } }`),
      post(
        `{ item { ${times(100, (n) => `...F${n}`)} } } ${times(100, (n) => `fragment F${n} on Item { name name name }`)}`,
      ),
      post(`{ ${times(20, () => `item { ${times(11, () => 'self { id }')} }`)} }`),
      post(`{ count } fragment F on Item { ${times(202, () => 'name')} }`),
    ],
    harmless: [
      post(`{ item { ${times(200, () => 'name')} } }`),
      post(
        `{ item { ${times(15, (n) => `...F${n}`)} } } ${times(15, (n) => `fragment F${n} on Item { id name note __typename }`)}`,
      ),
    ],
  },
  {
    name: 'directive overloading of one field',
    code: 'TOO_MANY_DIRECTIVES',
    hostile: [
      ...beyond(10).map((count) => post(`{ count ${times(count, () => '@aa')} }`)),
      ...beyond(10).map((count) => post(`{ count ${times(count, () => '@include(if: true)')} }`)),
      post(`query ${times(11, () => '@a')} { count }`),
      post(`query ($v: Int ${times(11, () => '@a')}) { items(first: $v) { id } }`),
    ],
    harmless: [post('{ count @include(if: true) @skip(if: false) }')],
  },
  {
    name: 'directives everywhere',
    code: 'TOO_MANY_DIRECTIVES',
    hostile: beyond(200, 1.1).map((count) =>
      post(`{ item { ${times(count, () => 'id @include(if: true)')} } }`),
    ),
    harmless: [post(`{ item { ${times(200, () => 'id @include(if: true)')} } }`)],
  },
  {
    name: 'circular queries',
    code: 'DOCUMENT_TOO_DEEP',
    hostile: beyond(15).flatMap((depth) => [
      post(`{ item { ${nest(depth - 2, 'self', 'id')} } }`),
      post(`{ items(first: 1) { ${nest(depth - 2, 'items(first: 1)', 'id')} } }`),
    ]),
    harmless: [post(`{ item { ${nest(13, 'self', 'id')} } }`)],
  },
  {
    name: 'depth in fragments',
    code: 'DOCUMENT_TOO_DEEP',
    hostile: beyond(15).map((depth) =>
      post(
        `{ item { ...F0 } } ${times(depth, (n) => `fragment F${n} on Item { self { ...F${n + 1} } }`)} fragment F${depth} on Item { id }`,
      ),
    ),
    harmless: [
      post(
        `{ item { ...F0 } } ${times(13, (n) => `fragment F${n} on Item { self { ...F${n + 1} } }`)} fragment F13 on Item { id }`,
      ),
    ],
  },
  {
    name: 'brackets without end',
    code: 'DOCUMENT_TOO_DEEP',
    hostile: [
      ...beyond(200).map((depth) => post(`{ ${nest(depth, '...', 'count')} }`)),
      ...beyond(200, 3).map((depth) => post('{ a '.repeat(depth))),
      ...beyond(200, 3).map((depth) => post('{'.repeat(depth))),
      ...beyond(200, 3).map((depth) => post(`{ items(ids: ${'['.repeat(depth)}`)),
    ],
    harmless: [post(`{ ${nest(199, '...', 'count')} }`)],
  },
];
