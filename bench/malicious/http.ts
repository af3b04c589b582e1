import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { get, type MaliciousClass, post, raw, times } from './requests.ts';

const ask = '{ count }';
const body = JSON.stringify({ query: ask });
const mutation = 'mutation { touch { id } }';
const several = 'query A { count } query B { count }';
const persisted = (sha256Hash: string, version = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});

/** What is wrong with a request before, or besides, its operation. */
export const httpClasses: readonly MaliciousClass[] = [
  {
    name: 'batches',
    code: 'BAD_REQUEST',
    hostile: [0, 1, 2, 10, 100, 1_000].map((count) => raw(`[${times(count, () => body, ',')}]`)),
    harmless: [raw(body)],
  },
  {
    name: 'compressed bodies',
    code: 'UNSUPPORTED_CONTENT_ENCODING',
    hostile: ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'gzip, gzip', 'Gzip', 'none'].flatMap(
      (encoding) => [
        raw(body, { 'content-encoding': encoding }),
        raw(gzipSync(Buffer.alloc(1_000_000)).toString('latin1'), { 'content-encoding': encoding }),
      ],
    ),
    harmless: [raw(body, { 'content-encoding': 'identity' })],
  },
  {
    name: 'other content types',
    code: 'UNSUPPORTED_MEDIA_TYPE',
    hostile: [
      'text/plain',
      'text/html',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
      'application/graphql',
      'application/jsonx',
      'x',
      'json',
    ].map((type) => raw(body, { 'content-type': type })),
    harmless: [raw(body, { 'content-type': 'application/json; charset=utf-8' })],
  },
  {
    name: 'long addresses',
    code: 'URL_TOO_LONG',
    hostile: [8_192, 9_000, 12_000, 15_000].flatMap((length) => [
      get({ query: ask, x: 'x'.repeat(length) }),
      get({ query: `{ count }#${'x'.repeat(length)}` }),
      { ...raw(body), search: `?${'x'.repeat(length)}` },
    ]),
    harmless: [get({ query: ask, x: 'x'.repeat(8_100) })],
  },
  {
    name: 'floods of headers',
    code: 'HEADERS_TOO_LARGE',
    hostile: [
      ...[101, 110, 150, 300, 600].map((count) =>
        raw(body, Object.fromEntries(Array.from({ length: count }, (_, n) => [`x-${n}`, '']))),
      ),
      ...[16_384, 20_000, 60_000].map((length) => raw(body, { 'x-large': 'x'.repeat(length) })),
      ...[16_384, 30_000].map((length) => get({ query: ask, x: 'x'.repeat(length) })),
    ],
    harmless: [
      raw(body, Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`x-${n}`, '']))),
      raw(body, { 'x-large': 'x'.repeat(15_000) }),
    ],
  },
  {
    name: 'requests that a foreign page could send',
    code: 'BAD_REQUEST',
    hostile: [
      { ...get({ query: ask }), headers: {} },
      { ...get({ query: ask }), headers: { 'content-type': 'text/plain' } },
      { ...get({ query: ask }), headers: { 'apollo-require-preflight': '' } },
      { ...get({ query: mutation }), headers: {} },
    ],
    harmless: [get({ query: ask })],
  },
  {
    name: 'mutations by a method that promises to change nothing',
    code: 'BAD_REQUEST',
    hostile: [
      get({ query: mutation }),
      get({ query: `query A { count } ${mutation.replace('mutation', 'mutation B')}`, operationName: 'B' }),
      { ...post(mutation), method: 'QUERY' },
      { ...post('mutation { logIn(name: "a", password: "b") }'), method: 'QUERY' },
    ],
    harmless: [post(mutation), { ...post(ask), method: 'QUERY' }],
  },
  {
    name: 'operations that are not there',
    code: 'OPERATION_RESOLUTION_FAILURE',
    hostile: [
      post(several),
      ...['C', 'a', '__proto__', 'constructor', 'x'.repeat(10_000), ' '].map((operationName) =>
        post(several, undefined, { operationName }),
      ),
      post('fragment F on Item { id } query A { item { ...F } } query B { count }'),
      get({ query: several, operationName: 'toString' }),
    ],
    harmless: [post(several, undefined, { operationName: 'B' })],
  },
  {
    name: 'kinds of operations that there are none of',
    code: 'OPERATION_RESOLUTION_FAILURE',
    hostile: [
      post('subscription { count }'),
      post('subscription { __typename }'),
      post('query A { count } subscription B { count }', undefined, { operationName: 'B' }),
    ],
    harmless: [post('query A { count } subscription B { count }', undefined, { operationName: 'A' })],
  },
  {
    name: 'persisted queries that nobody knows',
    code: 'PERSISTED_QUERY_NOT_FOUND',
    hostile: [0, 1, 2, 3, 4].map((n) => raw(JSON.stringify(persisted(hash('sha256', `unknown ${n}`))))),
    harmless: [post(ask, undefined, persisted(hash('sha256', ask)))],
  },
  {
    name: 'persisted queries under the hash of another',
    code: 'BAD_REQUEST',
    hostile: [
      post(ask, undefined, persisted(hash('sha256', 'another'))),
      post(ask, undefined, persisted('0'.repeat(64))),
      post(ask, undefined, persisted('__proto__')),
    ],
    harmless: [post(ask, undefined, persisted(hash('sha256', ask)))],
  },
];
