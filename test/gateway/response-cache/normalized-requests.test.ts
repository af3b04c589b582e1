import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { buildSchema } from 'graphql';
import { createOperationCosts } from '../../../gateway/cost/operation-cost.ts';
import { cacheKeys, questionKey } from '../../../gateway/response-cache/cache-keys.ts';
import { hashOfParts } from '../../../gateway/response-cache/hash-of-parts.ts';
import {
  createPreparedRequests,
  type PreparedRequest,
} from '../../../gateway/response-cache/prepared-requests.ts';
import { echoSchema } from './support/echo-schema.ts';

const preparing = (given?: Partial<Parameters<typeof createPreparedRequests>[0]>) =>
  createPreparedRequests({
    schema: echoSchema,
    costs: createOperationCosts(echoSchema, { weights: new Map(), listSizes: new Map() }),
    supergraphHash: 'supergraph',
    release: '',
    limits: { maxTokens: 200, maxDepth: 6, maxCost: Infinity, mode: 'enforce' },
    memoryBytes: 1_000_000,
    ...given,
  });

const requests = preparing();

const post = (fields: unknown): PreparedRequest =>
  requests.prepare({ method: 'POST', body: Buffer.from(JSON.stringify(fields)) }, 'json');

function question(prepared: PreparedRequest): string {
  assert.equal(prepared.kind, 'query', JSON.stringify(prepared));
  return prepared.kind === 'query' ? prepared.question : '';
}

const keyOf = (query: string, variables?: object, operationName?: string) =>
  question(post({ query, variables, operationName }));

/** @param alike whether both are to have one key */
function compare(alike: boolean, pairs: readonly (readonly [string, string, object?, object?])[]): void {
  for (const [one, two, ofOne, ofTwo] of pairs)
    assert.equal(keyOf(one, ofOne) === keyOf(two, ofTwo), alike, JSON.stringify([one, ofOne, two, ofTwo]));
}

test('what is only written differently has one key', () => {
  const intVariable = 'query ($a: Int = 5, $b: String) { echo(int: $a, string: $b) }';
  compare(true, [
    ['{ leaf { id name } }', 'query{leaf{id,name}}# comment'],
    ['{ leaf { id } }', 'query Named { leaf { id } }'],
    [
      '{ leaf { ...A ...B } } fragment A on Leaf { id } fragment B on Leaf { name }',
      'fragment B on Leaf { name } fragment A on Leaf { id } { leaf { ...A ...B } }',
    ],
    ['{ echo(string: "a") }', '{ echo(string: "\\u0061") }'],
    ['{ echo(string: """\n  a\n  b\n""") }', '{ echo(string: """\n      a\n      b\n  """) }'],
    [intVariable, 'query ($b: String, $a: Int = 5) { echo(int: $a, string: $b) }', { a: 1 }, { a: 1 }],
    [intVariable, intVariable, { a: 1, b: 'x' }, { b: 'x', a: 1 }],
    [intVariable, intVariable, { a: 1 }, { a: 1, c: 2 }],
    [intVariable, intVariable, { a: 5 }, {}],
  ]);
  assert.equal(
    keyOf('query A { leaf { id } } query B { leaf { name ...F } } fragment F on Leaf { id }', {}, 'A'),
    keyOf('{ leaf { id } }'),
  );
  const point = 'query ($p: Point) { echo(point: $p) }';
  compare(true, [
    [point, point, { p: { x: 1, next: { y: 1, x: 2 } } }, { p: { next: { x: 2, y: 1 }, x: 1 } }],
  ]);
});

test('what may be answered differently has different keys', () => {
  const ofType = (type: string, argument: string) => `query ($v: ${type}) { echo(${argument}: $v) }`;
  const withDefault = 'query ($v: String = "d") { echo(string: $v) }';
  const skipping = 'query ($v: Boolean!) { leaf { id @skip(if: $v) name } }';
  compare(false, [
    ['{ leaf { id name } }', '{ leaf { name id } }'],
    ['{ leaf { id } }', '{ leaf { a: id } }'],
    ['{ leaf { id } }', '{ leaf { id __typename } }'],
    ['{ leaf { id name } }', '{ leaf { id name id } }'],
    ['{ leaf { id @include(if: true) } }', '{ leaf { id @skip(if: false) } }'],
    ['{ echo(raw: 1) }', '{ echo(raw: 1.0) }'],
    ['{ echo(raw: 1) }', '{ echo(raw: "1") }'],
    ['{ echo(raw: RED) }', '{ echo(raw: "RED") }'],
    ['{ echo(raw: "a") }', '{ echo(raw: """a""") }'],
    ['{ echo(raw: {a: 1, b: 2}) }', '{ echo(raw: {b: 2, a: 1}) }'],
    ['{ echo(ints: 1) }', '{ echo(ints: [1]) }'],
    ['{ echo(string: null) }', '{ echo }'],
    ['{ echo(id: 1) }', '{ echo(id: "1") }'],
    [ofType('JSON', 'raw'), ofType('JSON', 'raw'), { v: { a: 1, b: 2 } }, { v: { b: 2, a: 1 } }],
    [ofType('[Int]', 'ints'), ofType('[Int]', 'ints'), { v: 1 }, { v: [1] }],
    [ofType('String', 'string'), ofType('String', 'string'), { v: null }, {}],
    [ofType('ID', 'id'), ofType('ID', 'id'), { v: 1 }, { v: '1' }],
    [ofType('String', 'string'), ofType('String', 'string'), { v: '\ud800' }, { v: '\ufffd' }],
    [withDefault, withDefault, { v: null }, {}],
    [skipping, skipping, { v: true }, { v: false }],
  ]);
});

test('documents that are refused or answered with errors have no key', () => {
  const bypassed: [fields: unknown, reason: string][] = [
    [{ query: '{ nothing }' }, 'invalid-request'],
    [{ query: '{ leaf { id }' }, 'invalid-request'],
    [{ query: '{ leaf { id } } fragment Unused on Leaf { id }' }, 'invalid-request'],
    [{ query: 'query ($unused: Int) { leaf { id } }' }, 'invalid-request'],
    [{ query: 'query A { leaf { id } } query B { nothing }', operationName: 'A' }, 'invalid-request'],
    [{ query: 'query A { leaf { id } } query B { leaf { id } }' }, 'invalid-request'],
    [{ query: 'query A { leaf { id } }', operationName: 'B' }, 'invalid-request'],
    [{ query: 'query A { leaf { id } }', operationName: '' }, 'invalid-request'],
    [{ query: `{ leaf ${'{ node '.repeat(6)}{ id }${' }'.repeat(6)} }` }, 'invalid-request'],
    [{ query: `{ ${'__typename '.repeat(200)} }` }, 'invalid-request'],
    [{ query: '' }, 'invalid-request'],
    [{ query: '{ leaf { id } }', variables: [] }, 'invalid-request'],
    [{ query: '{ leaf { id } }', variables: '{}' }, 'invalid-request'],
    [{ query: '{ leaf { id } }', operationName: 1 }, 'invalid-request'],
    [[{ query: '{ leaf { id } }' }], 'invalid-request'],
    [null, 'invalid-request'],
    [{ query: '{ __schema { types { name } } }' }, 'introspection'],
    [{ query: '{ ...A } fragment A on Query { t: __type(name: "Leaf") { name } }' }, 'introspection'],
    [{ query: 'mutation { leaf { id } }' }, 'mutation'],
  ];
  for (const [fields, reason] of bypassed) {
    const prepared = post(fields);
    assert.equal(prepared.kind, 'bypass', JSON.stringify(fields));
    assert.equal(prepared.kind === 'bypass' && prepared.reason, reason, JSON.stringify(fields));
  }
  for (const body of ['', '{', '{"query":"{ leaf { id } }","variables":{"__proto__":{}}}'])
    assert.equal(requests.prepare({ method: 'POST', body: Buffer.from(body) }, 'json').kind, 'bypass', body);
});

test('variables nested too deeply to be written are left to whoever answers', () => {
  const depth = 100_000;
  const body = `{"query":"query ($v: JSON) { echo(raw: $v) }","variables":{"v":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
  assert.equal(requests.prepare({ method: 'POST', body: Buffer.from(body) }, 'json').kind, 'bypass');
});

test('one question has one key, by POST, QUERY and GET', () => {
  const query = 'query Q($v: Int) { echo(int: $v) }';
  const body = Buffer.from(JSON.stringify({ variables: { v: 1 }, query, extensions: { clientLibrary: {} } }));
  const search = new URLSearchParams({ query, operationName: 'Q', variables: '{ "v": 1 }' }).toString();
  const key = keyOf(query, { v: 1 });
  assert.equal(question(requests.prepare({ method: 'QUERY', body }, 'json')), key);
  assert.equal(question(requests.prepare({ method: 'GET', search }, 'json')), key);
  for (const odd of [
    `${search}&query=x`,
    `${search}#`,
    'variables=null&query=%7B__typename%7D',
    'variables=%7B&query=%7B__typename%7D',
    '',
  ])
    assert.equal(requests.prepare({ method: 'GET', search: odd }, 'json').kind, 'bypass', odd);
});

test('a request is recognised by its bytes, in each form of answer', () => {
  const body = () => Buffer.from('{"query":"{ leaf { id } }"}');
  const first = requests.prepare({ method: 'POST', body: body() }, 'json');
  assert.equal(
    requests.prepare({ method: 'POST', body: body() }, 'json'),
    first,
    'the same object: not parsed again',
  );
  assert.notEqual(
    question(requests.prepare({ method: 'POST', body: body() }, 'graphql-response')),
    question(first),
  );
  // The bytes of a body never pass for an address.
  assert.equal(requests.prepare({ method: 'GET', search: body().toString() }, 'json').kind, 'bypass');
});

test('what is asked a second time is remembered, and what is asked once only pushes none of it out', () => {
  const own = preparing({ memoryBytes: 20_000 });
  const ask = (number: number) => {
    const body = Buffer.from(
      JSON.stringify({ query: 'query ($a: Int) { echo(int: $a) }', variables: { a: number } }),
    );
    return own.prepare({ method: 'POST', body }, 'json');
  };
  assert.notEqual(ask(0), ask(0), 'once');
  const remembered = ask(0);
  for (let number = 1; number <= 100; number += 1) ask(number);
  assert.equal(ask(0), remembered);
});

test('bodies that decode to the same text but differ in bytes are not taken for each other', () => {
  const body = (byte: number) =>
    Buffer.concat([
      Buffer.from('{"query":"{ echo(string: \\"'),
      Buffer.from([byte]),
      Buffer.from('\\") }"}'),
    ]);
  const one = requests.prepare({ method: 'POST', body: body(0xff) }, 'json');
  const two = requests.prepare({ method: 'POST', body: body(0xfe) }, 'json');
  assert.notEqual(one, two);
  assert.equal(question(one), question(two), 'both decode to U+FFFD, for Fastify, too');
});

test('mutations, and what they carry, are not remembered', () => {
  const body = Buffer.from('{"query":"mutation { leaf { id } }"}');
  const raw = { method: 'POST', body } as const;
  assert.notEqual(requests.prepare(raw, 'json'), requests.prepare(raw, 'json'));
});

test('persisted queries are known by their hash, once somebody brings the document', () => {
  const query = '{ leaf { id name } }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const body = Buffer.from(JSON.stringify({ extensions }));
  const raw = { method: 'POST', body } as const;
  assert.deepEqual(requests.prepare(raw, 'json'), { kind: 'needs-document', hash: sha256Hash });
  assert.equal(question(requests.prepare(raw, 'json', query)), keyOf(query));
  assert.equal(question(requests.prepare(raw, 'json')), keyOf(query), 'known by its bytes from now on');

  const registering = post({ query, extensions });
  assert.equal(question(registering), keyOf(query));
  assert.deepEqual(registering.kind === 'query' && registering.registers, { hash: sha256Hash, text: query });

  for (const persistedQuery of [
    { version: 2, sha256Hash },
    { version: 1 },
    { version: 1, sha256Hash: 'x' },
    null,
  ])
    assert.equal(post({ extensions: { persistedQuery } }).kind, 'bypass');
  assert.equal(post({ query: `${query} `, extensions }).kind, 'bypass', 'a hash of something else');
});

test('pages above the limit are left to whoever refuses them', () => {
  const paging = preparing({ schema: buildSchema('type Query { list(first: Int): [Int] }') });
  const query = 'query ($n: Int) { list(first: $n) }';
  const kindFor = (n: number) =>
    paging.prepare({ method: 'POST', body: Buffer.from(JSON.stringify({ query, variables: { n } })) }, 'json')
      .kind;
  assert.equal(kindFor(100), 'query');
  assert.equal(kindFor(101), 'bypass');
});

test('every part of a key matters, and no two lists of parts run together', () => {
  const question = {
    supergraphHash: 's',
    release: 'r',
    operationHash: 'o',
    variables: ['1', '2'],
    acceptClass: 'json',
  } as const;
  const others = [
    { ...question, supergraphHash: 'S' },
    { ...question, release: 'R' },
    { ...question, supergraphHash: 'sr', release: '' },
    { ...question, operationHash: 'O' },
    { ...question, variables: ['12'] },
    { ...question, variables: ['1', '2', ''] },
    { ...question, variables: ['2', '1'] },
    { ...question, acceptClass: 'graphql-response' } as const,
  ];
  assert.equal(new Set([question, ...others].map(questionKey)).size, others.length + 1);
  assert.notEqual(hashOfParts(['a', '1:b']), hashOfParts(['a1:', 'b']));
  assert.notEqual(hashOfParts(['1:a1:b']), hashOfParts(['a', 'b']));
  assert.notEqual(hashOfParts(['\ud800']), hashOfParts(['\ud801']));
});

test('a private key is for one subject, or for all that are not signed in', () => {
  const keys = [
    null,
    { subject: 'a' },
    { subject: 'b' },
    { subject: 'anonymous' },
    { subject: 'public' },
  ].map((viewer) => cacheKeys('question', viewer));
  assert.equal(new Set(keys.map((key) => key.public)).size, 1);
  assert.equal(new Set(keys.flatMap((key) => [key.public, key.private])).size, keys.length + 1);
  assert.deepEqual(
    keys.map((key) => key.privateScope),
    ['anonymous', 'viewer', 'viewer', 'viewer', 'viewer'],
  );
  // Another sign-in of the same account is the same viewer.
  assert.deepEqual(cacheKeys('question', { subject: 'a', sessionId: 'x' }), keys[1]);
});

test('a document that was learnt is not looked into again', () => {
  const costs = createOperationCosts(echoSchema, { weights: new Map(), listSizes: new Map() });
  let looks = 0;
  const learning = preparing({
    costs: {
      compile(document, operation) {
        looks += 1;
        return costs.compile(document, operation);
      },
    },
  });
  const query = '{ leaf { id } }';
  learning.learn(query);
  assert.equal(looks, 1);
  const body = Buffer.from(JSON.stringify({ query }));
  assert.equal(learning.prepare({ method: 'POST', body }, 'json').kind, 'query');
  assert.equal(looks, 1);
});
