import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Supergraph } from '@apollo/federation-internals';
import fc from 'fast-check';
import { type ExecutionResult, type GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { CodedError } from '../../platform/errors.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { seed } from '../../prisma/seed/seed.ts';
import { chooseFrom } from '../executor/support/hash.ts';
import { randomOperation } from '../executor/support/random-operation.ts';
import { createMonolith, type Monolith } from '../support/monolith.ts';
import { startSupergraph, type TestSupergraph } from '../support/supergraph.ts';

/**
 * Random queries over the whole schema and real data, many at once, by several viewers. Whatever way an answer takes, it is the
 * one that a single schema over the same resolvers gives: in envelopes or by plain calls, with others or alone, compiled or
 * not, made or out of the cache.
 */
const rounds = Number(process.env.MONOLITH_ROUNDS ?? 12);
const atOnce = 24;
const seedOfRuns = process.env.MONOLITH_SEED;

let opened: AsyncDisposableStack;
let supergraph: TestSupergraph;
let monolith: Monolith;
let schema: GraphQLSchema;
let plain: string;
let cached: string;
const viewers: { token: string | undefined; viewer: Viewer | null }[] = [{ token: undefined, viewer: null }];
const texts = new Map<string, readonly string[]>();

const generous = {
  MAX_OPERATION_COST: '1000000000',
  MAX_DOCUMENT_TOKENS: '100000',
  MAX_DOCUMENT_DEPTH: '100',
};

before(async () => {
  await using opening = new AsyncDisposableStack();
  supergraph = opening.use(await startSupergraph({ ...generous, CACHE: 'off' }));
  plain = await supergraph.anotherGateway({ ...generous, CACHE: 'off', ENVELOPE: 'off', EXECUTOR: 'stock' });
  cached = await supergraph.anotherGateway({ ...generous, CACHE: 'on' });
  const databases = { users: supergraph.usersDatabase.url, posts: supergraph.postsDatabase.url };
  await seed({
    usersUrl: databases.users,
    postsUrl: databases.posts,
    users: 6,
    posts: 20,
    notEmpty: 'refuse',
  });
  monolith = opening.use(createMonolith(databases));
  const sdl = await readFile(new URL('../../supergraph.graphql', import.meta.url), 'utf8');
  schema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();

  for (const login of ['ada', 'grace', 'edsger']) {
    const { data } = await ask(plain, {
      query: `mutation { logIn(input: { login: "${login}", password: "correct horse battery" }) { session { accessToken } } }`,
    });
    const { accessToken: token } = (data as { logIn: { session: { accessToken: string } } }).logIn.session;
    const [, claims = ''] = token.split('.');
    const { sub: subject } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    viewers.push({ token, viewer: { subject } });
  }
  const { data } = await ask(plain, {
    query: `{ users(first: 6) { nodes { id username } edges { cursor } } posts(first: 8) { nodes { id slug comments(first: 1) { nodes { id } } } edges { cursor } } }`,
  });
  const found = data as {
    users: { nodes: { id: string; username: string }[]; edges: { cursor: string }[] };
    posts: {
      nodes: { id: string; slug: string; comments: { nodes: { id: string }[] } }[];
      edges: { cursor: string }[];
    };
  };
  const people = found.users.nodes.map(({ id }) => id);
  const posts = found.posts.nodes.map(({ id }) => id);
  const comments = found.posts.nodes.flatMap((post) => post.comments.nodes.map(({ id }) => id));
  const ids = [...people, ...posts, ...comments, 'nobody', 'UG9zdDp4'];
  for (const name of ['id', 'ids']) texts.set(name, ids);
  texts.set('username', [...found.users.nodes.map(({ username }) => username), 'nobody']);
  texts.set('slug', [...found.posts.nodes.map(({ slug }) => slug), 'no-such-post']);
  texts.set('author', people);
  texts.set('tag', ['graphql', 'postgresql', 'typescript', 'caching', 'no-such-tag']);
  texts.set('search', ['ad', 'er', 'cache', 'gr', 'query']);
  const cursors = [...found.users.edges, ...found.posts.edges].map(({ cursor }) => cursor);
  for (const name of ['after', 'before']) texts.set(name, [...cursors, '', 'no cursor']);
  opened = opening.move();
});
after(() => opened.disposeAsync());

interface Asked {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

interface Answered extends ExecutionResult {
  readonly text: string;
  readonly isHit: boolean;
}

async function ask(url: string, body: Asked, token?: string): Promise<Answered> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const isHit = response.headers.get('cache-status')?.startsWith('supergraph;hit') ?? false;
  return { ...JSON.parse(text), text, isHit };
}

function randomQuery(number: number): Asked {
  for (let attempt = 0; ; attempt += 1) {
    const { text, variables } = randomOperation(schema, chooseFrom(number, attempt), {
      queriesOnly: true,
      texts: (name) => texts.get(name) ?? [],
    });
    if (validate(schema, parse(text)).length === 0) return { query: text, variables };
  }
}

/** What answers have in common, however they were made: not the order of keys, in which planners and graphql-js differ. */
function essence({ data, errors = [] }: ExecutionResult): { data: unknown; codes: unknown[] } {
  const codes = new Set(errors.map((error) => codeOf(error)).filter((code) => code !== undefined));
  return { data: JSON.parse(JSON.stringify(data ?? null)), codes: [...codes].sort() };
}

/** undefined: a null where there must be none, which the gateway doesn't call an error. */
function codeOf({ extensions, originalError, message }: GraphQLError): unknown {
  if (originalError instanceof CodedError) return originalError.code;
  return message.startsWith('Cannot return null for non-nullable field') ? undefined : extensions?.code;
}

test(`${rounds} x ${atOnce} queries at once get what a single schema gives, one by one`, async () => {
  const met = { data: 0, signedIn: 0, errors: 0, hits: 0, compared: 0 };

  const compare = async (answer: Answered, query: Asked, who: number) => {
    const { token, viewer = null } = viewers[who] ?? {};
    const where = JSON.stringify(query);
    const expected = essence(answer);
    assert.deepEqual(essence(await ask(plain, query, token)), expected, where);
    const first = await ask(cached, query, token);
    assert.deepEqual(essence(first), expected, where);
    const again = await ask(cached, query, token);
    // What has errors is made anew, and they come in the order in which subgraphs answer.
    if (again.isHit) assert.equal(again.text, first.text, where);
    else assert.deepEqual(essence(again), expected, where);
    // Beyond a limit that can't be set; the single schema has none.
    if (answer.text.includes('"TOO_MANY')) return;
    const { query: text, variables = {} } = query;
    assert.deepEqual(expected, essence(await monolith.answer(text, variables, viewer)), where);
    met.compared += 1;
    if (again.isHit) met.hits += 1;
    if (/:"|:\d/.test(answer.text)) met.data += 1;
    if (viewer !== null) met.signedIn += 1;
    if (answer.errors !== undefined) met.errors += 1;
  };

  const asking = fc.record({ query: fc.nat().map(randomQuery), who: fc.nat({ max: viewers.length - 1 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(asking, { minLength: atOnce, maxLength: atOnce }), async (askings) => {
      const together = await Promise.all(
        askings.map(async ({ query, who }) => ({
          query,
          who,
          answer: await ask(supergraph.url, query, viewers[who]?.token),
        })),
      );
      for (const { answer, query, who } of together) await compare(answer, query, who);
    }),
    {
      numRuns: rounds,
      ...(seedOfRuns === undefined ? {} : { seed: Number(seedOfRuns) }),
      endOnFailure: true,
    },
  );
  const all = rounds * atOnce;
  for (const [what, times] of Object.entries(met)) assert(times > all / 10, `${what}: ${times} times`);
});
