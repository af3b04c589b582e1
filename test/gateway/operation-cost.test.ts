import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { buildSchema, Kind, parse } from 'graphql';
import { readCostHints } from '../../gateway/cost/cost-hints.ts';
import { createOperationCosts } from '../../gateway/cost/operation-cost.ts';

/** A schema with the directives under the names that the link gives. */
function costsOf(
  sdl: string,
  link = '@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@listSize"])',
) {
  const supergraph = `
    schema ${link} { query: Query mutation: Mutation }
    directive @link(url: String, as: String, import: [String]) repeatable on SCHEMA
    ${sdl}
    type Mutation { cheap(input: Note): Int @cost(weight: 3) plain: Int }
    input Note { text: String large: String @cost(weight: 7) inner: Note list: [Note!] }
  `;
  const costs = createOperationCosts(
    buildSchema(supergraph, { assumeValidSDL: true }),
    readCostHints(supergraph),
  );
  return (text: string, variables: Record<string, unknown> = {}) => {
    const document = parse(text);
    const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    assert(operation?.kind === Kind.OPERATION_DEFINITION);
    return costs.compile(document, operation)(variables);
  };
}

const sdl = `
  type Query {
    leaf: String
    one: Thing
    anything: Any
    either: Either
    plainList: [Thing!]!
    grid: [[Thing]]
    hinted: [Thing] @listSize(assumedSize: 4)
    sliced(first: Int, last: Int = 2): [Thing!] @cost(weight: 5) @listSize(slicingArguments: ["first", "last"])
    connection(first: Int): Things! @cost(weight: 5) @listSize(assumedSize: 20, slicingArguments: ["first"], sizedFields: ["edges", "nodes"])
    paged(first: Int): [Thing!]
    pagedConnection(last: Int): Things
    argued(heavy: Int @cost(weight: 9), note: Note): Int
  }
  type Things { nodes: [Thing!] edges: [Edge!] others: [Thing!] count: Int }
  type Edge { node: Thing }
  type Thing implements Any { id: ID name: Costly parent: Thing kin(first: Int): [Thing!] costly: String @cost(weight: 8) }
  type Rare implements Any @cost(weight: 6) { id: ID }
  scalar Costly @cost(weight: 2)
  interface Any { id: ID }
  union Either = Thing | Rare
`;
const cost = costsOf(sdl);

test('objects cost a point and leaves nothing, unless a weight says otherwise', () => {
  assert.equal(cost('{ leaf }'), 0);
  assert.equal(cost('{ __typename __schema { types { name } } }'), 0);
  assert.equal(cost('{ one { id } }'), 1);
  assert.equal(cost('{ one { parent { parent { id } } } }'), 3);
  assert.equal(cost('{ one { costly } }'), 9);
  assert.equal(cost('{ one { name } }'), 3);
  assert.equal(cost('{ a: one { id } b: one { id } }'), 2);
  // Of an interface or a union, the heaviest that it may turn out to be.
  assert.equal(cost('{ anything { id } }'), 6);
  assert.equal(cost('{ either { ... on Thing { parent { id } } ... on Rare { id } } }'), 7);
});

test('a list costs as many times as its hints and arguments say', () => {
  assert.equal(cost('{ plainList { id } }'), 10);
  assert.equal(cost('{ hinted { parent { id } } }'), 8);
  assert.equal(cost('{ sliced { id } }'), 5 + 2);
  assert.equal(cost('{ sliced(first: 7, last: 3) { id } }'), 5 + 7);
  assert.equal(cost('{ sliced(first: 7) { kin(first: 3) { id } } }'), 5 + 7 * (1 + 3));
  assert.equal(cost('{ sliced(first: null) { id } }'), 5 + 2);
  assert.equal(cost('{ sliced(first: -1000) { id } }'), 5 + 2);
  assert.equal(cost('{ paged { id } }'), 10);
  assert.equal(cost('{ paged(first: 3) { id } }'), 3);
});

test('a connection hands its size to its lists, also through fragments', () => {
  assert.equal(cost('{ connection { count } }'), 5 + 1);
  assert.equal(cost('{ connection { nodes { id } } }'), 5 + 1 + 20);
  assert.equal(cost('{ connection(first: 3) { edges { node { id } } } }'), 5 + 1 + 3 * 2);
  assert.equal(cost('{ connection(first: 3) { others { id } } }'), 5 + 1 + 10);
  assert.equal(
    cost('{ connection(first: 3) { ...F } } fragment F on Things { ... { nodes { id } } }'),
    5 + 1 + 3,
  );
  assert.equal(cost('{ pagedConnection(last: 3) { nodes { id } others { id } } }'), 1 + 3 + 3);
  assert.equal(cost('{ pagedConnection { nodes { id } } }'), 1 + 10);
});

test('variables count, with their defaults, and what they leave out does not', () => {
  const page = 'query ($n: Int = 4, $m: Int) { sliced(first: $n, last: $m) { id } }';
  assert.equal(cost(page), 5 + 4);
  assert.equal(cost(page, { n: 9 }), 5 + 9);
  assert.equal(cost(page, { n: 1, m: 30 }), 5 + 30);
  assert.equal(cost(page, { n: null }), 5 + 2);
  assert.equal(cost(page, { n: 'many' }), 5 + 2);
  const maybe =
    'query ($yes: Boolean = true) { one @include(if: $yes) { id } hinted @skip(if: $yes) { id } }';
  assert.equal(cost(maybe), 1);
  assert.equal(cost(maybe, { yes: false }), 4);
  assert.equal(cost('{ one @skip(if: true) { id } leaf }'), 0);
});

test('arguments and the fields of inputs cost what their weights say, when they are given', () => {
  assert.equal(cost('{ argued }'), 0);
  assert.equal(cost('{ argued(heavy: 1) }'), 9);
  assert.equal(cost('{ argued(note: { text: "a" }) }'), 0);
  assert.equal(
    cost('{ argued(note: { large: "a", list: [{ large: "b" }, { inner: { large: "c" } }] }) }'),
    21,
  );
  const given =
    'query ($note: Note, $text: String) { argued(note: $note) b: argued(note: { large: $text }) }';
  assert.equal(cost(given, { note: { large: 'a', inner: { large: 'b' } }, text: 'c' }), 21);
});

test('a mutation costs more than reading does, unless a weight says otherwise', () => {
  assert.equal(cost('mutation { plain }'), 10);
  assert.equal(cost('mutation { cheap(input: { large: "a" }) }'), 3 + 7);
});

test('the directives are found under whatever names the link gives them, and nowhere else', () => {
  const renamed = (text: string) =>
    text.replaceAll('@cost(', '@weighs(').replaceAll('@listSize(', '@c__listSize(');
  const underOther = costsOf(
    renamed(sdl),
    '@link(url: "https://specs.apollo.dev/cost/v0.1", as: "c", import: [{ name: "@cost", as: "@weighs" }])',
  );
  assert.equal(underOther('{ connection { nodes { costly } } }'), 5 + 1 + 20 * 9);
  // Without the link, @cost is somebody else's directive.
  assert.equal(costsOf(sdl, '')('{ one { costly } }'), 1);
});

test('our own supergraph carries its weights, and the example of docs/limits.md is right', async () => {
  const read = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
  const costs = createOperationCosts(
    buildSchema(await read('schema.graphql')),
    readCostHints(await read('supergraph.graphql')),
  );
  const [, query = '', points] =
    /For example, `(.*)` costs .*= (\d+) points/s.exec(await read('docs/limits.md')) ?? [];
  const document = parse(query);
  const [operation] = document.definitions;
  assert(operation?.kind === Kind.OPERATION_DEFINITION);
  assert.equal(costs.compile(document, operation)({}), Number(points));
});
