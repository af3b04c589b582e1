import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type GraphQLFormattedError,
  type GraphQLSchema,
  isObjectType,
  parse,
  print,
  validate,
} from 'graphql';
import { type ApolloAnswer, executeMember } from '../../platform/apollo-http.ts';
import { createLogger } from '../../platform/logging.ts';
import { createAnswerRecordPlugin } from '../../subgraphs/shared/answer-record-plugin.ts';
import { attributeFields } from '../../subgraphs/shared/attribute-fields.ts';
import { createKnownQueries, type KnownQueries } from '../../subgraphs/shared/compiled/known-queries.ts';
import type { RequestContext } from '../../subgraphs/shared/request-context.ts';
import { chooseFrom, numberFrom } from '../executor/support/hash.ts';
import { randomOperation } from '../executor/support/random-operation.ts';
import { testRequest } from '../support/request-context.ts';
import { type DerivationOptions, derivedResolvers } from './support/derived-resolvers.ts';

/** What is answered past Apollo Server is what Apollo Server answers: data, errors, tags, and for how long it holds. */

const runs = Number(process.env.COMPILED_RUNS ?? 200);
const formatError = (formatted: GraphQLFormattedError) => formatted;
const vouchedFor = { hasRelay: true, tagIdTypes: { User: 'User' } };

interface Both {
  readonly schema: GraphQLSchema;
  readonly apollo: ApolloServer<RequestContext>;
  readonly known: KnownQueries<RequestContext>;
}

const both: Both[] = [];
const derivation: DerivationOptions = { isAsync: false };

before(async () => {
  for (const name of ['posts', 'users'])
    both.push(
      await startBoth(
        readFileSync(new URL(`../../subgraphs/${name}/schema.graphql`, import.meta.url), 'utf8'),
      ),
    );
});
after(() => Promise.all(both.map(({ apollo }) => apollo.stop())));

async function startBoth(sdl: string, resolvers: object = derivedResolvers(sdl, derivation)): Promise<Both> {
  const schemaOf = () =>
    // biome-ignore lint/suspicious/noExplicitAny: resolvers for whatever is in the schema.
    buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as any });
  const schema = schemaOf();
  const known = createKnownQueries<RequestContext>({ schema, vouchedFor, formatError });
  const apollo = new ApolloServer<RequestContext>({
    schema: attributeFields(schemaOf()),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    formatError,
    plugins: [createAnswerRecordPlugin(vouchedFor), known.plugin],
    stopOnTerminationSignals: false,
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  await apollo.start();
  return { schema, apollo, known };
}

const newContext = () => testRequest({ subject: 'ada' });

type Body = { query: string; variables?: unknown; operationName?: string };

/** Both answers; undefined where Apollo Server alone answers. */
async function ask({ apollo, known }: Both, body: Body) {
  const expected = await executeMember({ server: apollo, body, context: async () => newContext() });
  return { expected, got: await known.answer(body, newContext) };
}

interface Readable {
  readonly data: unknown;
  readonly errors: readonly GraphQLFormattedError[];
  readonly extensions: unknown;
}

function read({ body }: ApolloAnswer): Readable {
  const { data = null, errors = [], extensions } = JSON.parse(body);
  return { data, errors, extensions };
}

/**
 * By place: the first null on an error's path. Where a null takes a whole object, what else went wrong in there may be told or
 * not (https://spec.graphql.org/October2021/#sec-Handling-Field-Errors).
 */
function errorsByPlace({ data, errors }: Readable): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const error of errors) {
    const place: (string | number)[] = [];
    let value: unknown = data;
    for (const step of error.path ?? []) {
      if (value === null) break;
      place.push(step);
      value = (value as Record<string | number, unknown>)[step];
    }
    assert.equal(value, null, 'what failed is null');
    const key = place.join('.');
    places.set(key, [...(places.get(key) ?? []), JSON.stringify(error)]);
  }
  return places;
}

function assertSame(expected: ApolloAnswer, got: ApolloAnswer, what: string): void {
  assert.equal(got.status, expected.status, what);
  assert.equal(got.headers['cache-control'], expected.headers['cache-control'], what);
  const [theirs, ours] = [read(expected), read(got)];
  // As text: the order of keys counts.
  assert.equal(JSON.stringify(ours.data), JSON.stringify(theirs.data), what);
  const [expectedPlaces, places] = [errorsByPlace(theirs), errorsByPlace(ours)];
  assert.deepEqual([...places.keys()].toSorted(), [...expectedPlaces.keys()].toSorted(), what);
  for (const [place, errors] of places)
    if (errors.length === 1 && expectedPlaces.get(place)?.length === 1)
      assert.deepEqual(errors, expectedPlaces.get(place), what);
  // What was read beside something that failed later is a matter of chance.
  if (theirs.errors.length === 0 || !derivation.isAsync)
    assert.deepEqual(ours.extensions, theirs.extensions, what);
}

function randomBody(schema: GraphQLSchema, seed: number): Body | undefined {
  const { text, variables } = randomOperation(schema, chooseFrom(seed, 0));
  return validate(schema, parse(text)).length === 0 ? { query: text, variables } : undefined;
}

/** Under several names, so that something is asked for of each representation. */
function randomRepresentations(schema: GraphQLSchema, seed: number): unknown[] {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && ['User', 'Post', 'Comment', 'Tag'].includes(type.name),
  );
  return Array.from({ length: 1 + (seed % 4) }, (_, n) => ({
    __typename: types[numberFrom(`${seed}-${n}`) % types.length]?.name,
    id: `${seed % 3}-${n}`,
    name: 'tag',
  }));
}

test(`${runs} queries over both schemas get the answers of Apollo Server`, async () => {
  const met = { compiled: 0, errors: 0, entities: 0, kept: 0, private: 0, nothing: 0 };
  for (let seed = 0; met.compiled < runs; seed += 1) {
    assert(seed < 20 * runs, JSON.stringify(met));
    const each = both[seed % 2];
    assert(each);
    const body = randomBody(each.schema, seed);
    if (body === undefined || body.query.startsWith('mutation')) continue;
    derivation.isAsync = seed % 3 > 0;
    const variables = { ...(body.variables as object) };
    if (body.query.includes('representations')) {
      for (const [name, value] of Object.entries(variables))
        if (Array.isArray(value) && body.query.includes(`$${name}: [_Any!]!`))
          Object.assign(variables, { [name]: randomRepresentations(each.schema, seed) });
      met.entities += 1;
    }
    const { expected, got } = await ask(each, { ...body, variables });
    if (got === undefined) continue;
    met.compiled += 1;
    assertSame(expected, got, `${seed}: ${print(parse(body.query))} ${JSON.stringify(variables)}`);
    const { data, errors } = read(got);
    if (errors.length > 0) met.errors += 1;
    if (data === null) met.nothing += 1;
    if (expected.headers['cache-control'] !== 'no-store') met.kept += 1;
    if (expected.headers['cache-control']?.endsWith('private')) met.private += 1;
  }
  // Queries that meet nothing compare nothing.
  for (const [what, times] of Object.entries(met)) assert(times >= runs / 100, JSON.stringify({ what, met }));
});

test('Apollo Server answers what it has not answered before, and what it has to answer itself', async () => {
  const [posts] = both;
  assert(posts);
  const context = newContext;
  const query = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Post { title } } }';
  const r = [{ __typename: 'Post', id: '1' }];
  assert.equal(posts.known.answer({ query, variables: { r } }, context), undefined);
  assert.notEqual((await ask(posts, { query, variables: { r } })).got, undefined);
  const untagged = { query, variables: { r }, extensions: { cacheTags: false } };
  assert.notEqual(posts.known.answer(untagged, context), undefined);
  for (const body of [
    { query, variables: { r: [null] } },
    { query, variables: {} },
    { query, variables: 'text' },
    { query, variables: { r }, extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } },
    { query, variables: { r }, operationName: 'Other' },
    { query: [query], variables: { r } },
    null,
    [],
  ])
    assert.equal(posts.known.answer(body, context), undefined, JSON.stringify(body));
  for (const text of [
    '{ nonsense }',
    '{ __schema { queryType { name } } }',
    'mutation { deletePost(input: { postId: "1" }) { userErrors { code } } }',
    'query A { __typename } query B { __typename }',
    '{ __proto__: __typename }',
  ])
    assert.equal((await ask(posts, { query: text })).got, undefined, text);
});

test('resolvers and loaders know the field they work for as with Apollo Server', async () => {
  const [posts] = both;
  assert(posts);
  const query = `query Named($first: Int = 2) { posts(first: $first) { edges { node { id } } nodes { ...P } } }
    fragment P on Post { tags { name } commentCount likeCount slug excerpt }`;
  // Otherwise chance decides what is read beside something that fails.
  derivation.isAsync = false;
  await ask(posts, { query });
  let seen: string[] = [];
  derivation.observe = (info) => {
    const { fieldName, returnType, parentType, path, operation, variableValues, fragments, schema } = info;
    seen.push(
      JSON.stringify({
        fieldName,
        path: [path.key, path.prev?.key, path.prev?.prev?.key, path.typename],
        types: [String(returnType), parentType.name, schema.getQueryType()?.name],
        operation: [operation.name?.value, { ...variableValues }, Object.keys(fragments)],
        nodes: info.fieldNodes.length,
      }),
    );
  };
  let compared = 0;
  for (let first = 0; first < 20; first += 1) {
    seen = [];
    assert.notEqual((await ask(posts, { query, variables: { first } })).got, undefined);
    const half = seen.length / 2;
    assert.deepEqual(seen.slice(half).toSorted(), seen.slice(0, half).toSorted());
    compared += half;
  }
  assert(compared > 50, String(compared));
  derivation.observe = undefined;
});

test('a query that nobody waits for any more reads nothing more, as with Apollo Server', async () => {
  let leaving = new AbortController();
  let reads = 0;
  const { apollo, known } = await startBoth(
    'type Query { first: Item second: Item } type Item { next: Item number: Int }',
    {
      Query: { first: () => ({ number: 1 }), second: () => ({ number: 2 }) },
      Item: {
        next: () => {
          reads += 1;
          leaving.abort();
          return Promise.resolve({ number: 3 });
        },
      },
    },
  );
  const query = '{ first { next { number next { number } } } }';
  const context = () => ({ ...newContext(), signal: leaving.signal });
  await executeMember({ server: apollo, body: { query }, context: async () => newContext() });
  leaving = new AbortController();
  const answer = await known.answer({ query }, context);
  assert(answer);
  const { data, errors } = read(answer);
  assert.deepEqual(data, { first: { next: { number: 3, next: null } } });
  assert.equal(errors[0]?.extensions?.code, 'SUBGRAPH_UNAVAILABLE');
  // Twice for Apollo Server, which was told of nobody leaving, and once more.
  assert.equal(reads, 3);
  await apollo.stop();
});

test('an answer holds for as long, and for whom, as Apollo Server says', async () => {
  const hinted = await startBoth(
    `directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | UNION
     enum CacheControlScope { PUBLIC PRIVATE }
     extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
     type Query { thing: Thing @cacheControl(maxAge: 90) bare: Thing text: String own: Thing @cacheControl(maxAge: 60, scope: PRIVATE)
       said: Thing @cacheControl(maxAge: 5) none: Thing @cacheControl(maxAge: 70) }
     type Thing @key(fields: "id") @cacheControl(maxAge: 80) { id: ID! short: Int @cacheControl(maxAge: 10) plain: Int
       mine: Int @cacheControl(scope: PRIVATE) loose: Loose close: Close closeByField: Loose @cacheControl(inheritMaxAge: true, scope: PRIVATE)
       typed: Typed @cacheControl(maxAge: 30) }
     type Loose { a: Int } type Close @cacheControl(inheritMaxAge: true) { a: Int } type Typed { a: Int }
     extend type Typed @cacheControl(maxAge: 40) { b: Int }`,
    {
      Query: {
        thing: () => thing,
        bare: () => thing,
        text: () => 'text',
        own: () => thing,
        none: () => null,
        said: (_: unknown, _args: unknown, _context: unknown, { cacheControl }: Hinting) => {
          cacheControl.setCacheHint({ maxAge: 75 });
          return thing;
        },
      },
      Thing: {
        __resolveReference: async ({ id }: { id: string }) => ({ ...thing, id }),
      },
    },
  );
  const fields = ['id', 'short', 'plain', 'mine', 'loose { a }', 'close { a }', 'closeByField { a }'];
  fields.push('typed { a }', 'typed { b }', '__typename', 'plain mine', 'short close { a }');
  const roots = ['thing', 'bare', 'own', 'said', 'none', 'entities'];
  const met = new Set<string | undefined>();
  for (const root of roots)
    for (const field of fields) {
      const selected =
        root === 'entities'
          ? `_entities(representations: [{ __typename: "Thing", id: "1" }]) { ... on Thing { ${field} } }`
          : `${root} { ${field} }`;
      for (const query of [`{ ${selected} }`, `{ ${selected} text }`]) {
        const { expected, got } = await ask(hinted, { query });
        assert(got !== undefined, query);
        assertSame(expected, got, query);
        met.add(got.headers['cache-control']);
      }
    }
  await hinted.apollo.stop();
  assert(met.size >= 8, [...met].join('; '));
});

const thing = {
  id: '1',
  short: 1,
  plain: 1,
  mine: 1,
  loose: { a: 1 },
  close: { a: 1 },
  closeByField: { a: 1 },
  typed: { a: 1, b: 1 },
};
type Hinting = { cacheControl: { setCacheHint(hint: { maxAge: number }): void } };
