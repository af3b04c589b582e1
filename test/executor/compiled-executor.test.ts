import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../gateway/executor/json-value.ts';
import { mergeInto } from '../../gateway/executor/merge.ts';
import { supergraphOf } from '../gateway/support/start-test-gateway.ts';
import { type BothExecutors, type ExecutorRun, startBothExecutors } from './support/both-executors.ts';
import type { DerivedSubgraph, SubgraphCall } from './support/derived-subgraph.ts';
import { fairWeather } from './support/derived-subgraph.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@interfaceObject"])';

const sdls = {
  posts: `${link}
    type Query { posts: [Post] post: Post nodes: [Node] shapes: [Shape] media: [Media!] }
    type Mutation { first: Post second: Int third: Post }
    interface Node { id: ID! }
    type Post implements Node @key(fields: "id") { id: ID! title: String tags: [String!] author: User }
    type Tag implements Node { id: ID! }
    union Shape = Round | Square
    type Round { size: Int! @shareable }
    type Square { size: Int }
    interface Media @key(fields: "id") { id: ID! }
    type Photo implements Media @key(fields: "id") { id: ID! }
    type User implements Node @key(fields: "id") { id: ID! best: Post posts: Int }`,
  users: `${link}
    type Query { me: User }
    type Mutation { between: Int }
    type Round { size: Int @shareable }
    type Media @key(fields: "id") @interfaceObject { id: ID! views: Int }
    type User @key(fields: "id") { id: ID! name: String friends: [User!] }`,
};
const supergraph = supergraphOf(
  Object.entries(sdls).map(([name, sdl]) => ({ name, sdl, url: `http://${name}.test` })),
);

type Reply = (call: SubgraphCall) => { data?: Record<string, unknown> | null; errors?: object[] };

/** What one operation gets when subgraphs answer in these words. */
async function run(
  text: string,
  replies: { posts?: Reply; users?: Reply },
  options: { variables?: Record<string, unknown>; executor?: 'stock' | 'compiled' } = {},
): Promise<ExecutorRun> {
  const answering =
    (reply: Reply | undefined): DerivedSubgraph =>
    async (call) => {
      if (reply === undefined) throw new Error('nobody is here');
      return JSON.parse(JSON.stringify(reply(call)));
    };
  const both: BothExecutors = await startBothExecutors(supergraph, {
    posts: answering(replies.posts),
    users: answering(replies.users),
  });
  const { variables = {}, executor = 'compiled' } = options;
  try {
    return await both[executor]({ text, variables }, fairWeather);
  } finally {
    await both.stop();
  }
}

const authored = (...ids: (string | null)[]) => ({
  data: { posts: ids.map((id) => ({ author: id === null ? null : { __typename: 'User', id } })) },
});

test('an entity that occurs several times is asked for once, and answered everywhere', async () => {
  const { result, calls } = await run('{ posts { author { name } } }', {
    posts: () => authored('1', '2', null, '1'),
    users: () => ({ data: { _entities: [{ name: 'Ada' }, { name: 'Bob' }] } }),
  });
  assert.deepEqual(result.data, {
    posts: [
      { author: { name: 'Ada' } },
      { author: { name: 'Bob' } },
      { author: null },
      { author: { name: 'Ada' } },
    ],
  });
  assert.deepEqual(calls[1]?.variables.representations, [
    { __typename: 'User', id: '1' },
    { __typename: 'User', id: '2' },
  ]);
});

test('entities that only look alike are asked for apart', async () => {
  const ids = ['1', 1, true, 'true', ['1'], ['1']];
  const { calls } = await run('{ posts { author { name } } }', {
    posts: () => ({ data: { posts: ids.map((id) => ({ author: { __typename: 'User', id } })) } }),
    users: () => ({ data: { _entities: [null, null, null, null, null] } }),
  });
  const asked = calls[1]?.variables.representations as { id: unknown }[];
  assert.deepEqual(
    asked.map(({ id }) => id),
    ['1', 1, true, 'true', ['1']],
  );
});

test('an error in an entity is told for every place that it leaves empty', async () => {
  const { result } = await run('{ posts { author { name } } }', {
    posts: () => authored('1', '2', null, '1'),
    users: () => ({
      data: { _entities: [{ name: null }, { name: 'Bob' }] },
      errors: [{ message: 'no', path: ['_entities', 0, 'name'] }],
    }),
  });
  assert.deepEqual(
    result.errors?.map(({ path }) => path),
    [
      ['posts', 0, 'author', 'name'],
      ['posts', 3, 'author', 'name'],
    ],
  );
});

const twoPlaces = '{ posts { author { name } } post { author { name } } }';
const authoredAtTwoPlaces = () => ({
  data: {
    posts: [{ author: { __typename: 'User', id: '1' } }],
    post: { author: { __typename: 'User', id: '2' } },
  },
});
const namesOf = ({ variables }: SubgraphCall) =>
  (variables.representations as { id: string }[]).map(({ id }) => ({ name: `Name ${id}` }));

test('what is asked alike of entities at several places is asked in one call', async () => {
  const { result, calls } = await run(twoPlaces, {
    posts: authoredAtTwoPlaces,
    users: (call) => ({
      data: { _entities: namesOf(call) },
      errors: [{ message: 'no', path: ['_entities', 1, 'name'] }],
    }),
  });
  assert.deepEqual(result.data, {
    posts: [{ author: { name: 'Name 1' } }],
    post: { author: { name: 'Name 2' } },
  });
  assert.deepEqual(
    result.errors?.map(({ path }) => path),
    [['post', 'author', 'name']],
  );
  assert.deepEqual(
    calls.map(({ subgraph }) => subgraph),
    ['posts', 'users'],
  );
});

test('an entity that takes its whole call with it takes none at other places', async () => {
  const { result } = await run(twoPlaces, {
    posts: authoredAtTwoPlaces,
    users: (call) =>
      namesOf(call).some(({ name }) => name === 'Name 2')
        ? { data: null, errors: [{ message: 'no', path: ['_entities'] }] }
        : { data: { _entities: namesOf(call) } },
  });
  assert.deepEqual(result.data, {
    posts: [{ author: { name: 'Name 1' } }],
    post: { author: { name: null } },
  });
  assert.deepEqual(
    result.errors?.map(({ message }) => message),
    ['no'],
  );
});

const twoParts = '{ post { author { name friends { id } } } me { best { author { name friends { id } } } } }';
/** In one part of the plan the author is known before, in the other after two calls. */
const authoredInTwoParts: Reply = ({ query }) => {
  const author = { __typename: 'User', id: '1' };
  return { data: query.includes('_entities') ? { _entities: [{ best: { author } }] } : { post: { author } } };
};
const meOr =
  (entities: Reply): Reply =>
  (call) =>
    call.query.includes('_entities') ? entities(call) : { data: { me: { __typename: 'User', id: '2' } } };
const callsForEntities = ({ calls }: ExecutorRun, subgraph: string) =>
  calls.filter((call) => call.subgraph === subgraph && call.query.includes('_entities')).length;

test('what two parts of a plan ask about the same entities is asked once', async () => {
  const author = { name: 'Ada', friends: [{ id: '3' }] };
  const answered = await run(twoParts, {
    posts: authoredInTwoParts,
    users: meOr(() => ({ data: { _entities: [author] } })),
  });
  assert.deepEqual(answered.result, { data: { post: { author }, me: { best: { author } } } });
  assert.equal(callsForEntities(answered, 'users'), 1);
});

test('an answer with errors is not shared: each part of a plan asks for itself', async () => {
  const asked = await run(twoParts, {
    posts: authoredInTwoParts,
    users: meOr(() => ({
      data: { _entities: [{ name: null, friends: [] }] },
      errors: [{ message: 'no', path: ['_entities', 0, 'name'] }],
    })),
  });
  assert.deepEqual(asked.result.errors?.map(({ path }) => path?.join('.')).sort(), [
    'me.best.author.name',
    'post.author.name',
  ]);
  assert.equal(callsForEntities(asked, 'users'), 2);
});

test('a part of a plan asks about entities of which others did not', async () => {
  const asked = await run(twoParts, {
    posts: (call) =>
      call.query.includes('_entities')
        ? { data: { _entities: [{ best: { author: { __typename: 'User', id: '4' } } }] } }
        : authoredInTwoParts(call),
    users: meOr((call) => ({ data: { _entities: namesOf(call) } })),
  });
  assert.deepEqual(asked.result.data, {
    post: { author: { name: 'Name 1', friends: null } },
    me: { best: { author: { name: 'Name 4', friends: null } } },
  });
});

test('what two parts of a plan were told at once, each adds to for itself', async () => {
  const friends = (text: string) => `author { name friends { ${text} } }`;
  const { result } = await run(
    `{ post { ${friends('theirs: best { title }')} } me { best { ${friends('theirs: posts')} } } }`,
    {
      posts: (call) => {
        const theirs = call.query.includes('title') ? { title: 'Hello' } : 7;
        return call.query.includes('theirs')
          ? { data: { _entities: [{ theirs }] } }
          : authoredInTwoParts(call);
      },
      users: meOr(() => ({
        data: { _entities: [{ name: 'Ada', friends: [{ __typename: 'User', id: '3' }] }] },
      })),
    },
  );
  assert.deepEqual(result, {
    data: {
      post: { author: { name: 'Ada', friends: [{ theirs: { title: 'Hello' } }] } },
      me: { best: { author: { name: 'Ada', friends: [{ theirs: 7 }] } } },
    },
  });
});

test('what was read before a mutation is read again after it', async () => {
  let name = 'Ada';
  const { result } = await run('mutation { first { author { name } } between third { author { name } } }', {
    posts: ({ query }) => ({
      data: { [query.includes('first') ? 'first' : 'third']: { author: { __typename: 'User', id: '1' } } },
    }),
    users: ({ query }) => {
      if (query.includes('_entities')) return { data: { _entities: [{ name }] } };
      name = 'Ada Lovelace';
      return { data: { between: 1 } };
    },
  });
  assert.deepEqual(result.data, {
    first: { author: { name: 'Ada' } },
    between: 1,
    third: { author: { name: 'Ada Lovelace' } },
  });
});

test('an error names its object in a list of several types, where the stock executor names another', async () => {
  const text = '{ nodes { ... on User { name } } }';
  const replies = {
    posts: () => ({ data: { nodes: [{ __typename: 'Tag' }, { __typename: 'User', id: '1' }] } }),
    users: () => ({
      data: { _entities: [null] },
      errors: [{ message: 'no', path: ['_entities', 0, 'name'] }],
    }),
  };
  assert.deepEqual((await run(text, replies)).result.errors?.[0]?.path, ['nodes', 1, 'name']);
  const stock = await run(text, replies, { executor: 'stock' });
  assert.deepEqual(stock.result.errors?.[0]?.path, ['nodes', 0, 'name']);
});

test('an error about all entities has no path, for the client asked for no such field', async () => {
  const { result } = await run('{ posts { author { name } } }', {
    posts: () => authored('1'),
    users: () => ({ data: null, errors: [{ message: 'no', path: ['_entities'] }] }),
  });
  assert.deepEqual(
    result.errors?.map(({ message, path }) => ({ message, path })),
    [{ message: 'no', path: undefined }],
  );
  assert.deepEqual(result.data, { posts: [{ author: { name: null } }] });
});

test('a fragment in a fragment is asked for, where the stock executor leaves it out', async () => {
  const text = '{ post { ... on Node { ... on Post { title } } } }';
  const posts = () => ({ data: { post: { title: 'Hello' } } });
  assert.deepEqual((await run(text, { posts })).result, { data: { post: { title: 'Hello' } } });
  assert.deepEqual((await run(text, { posts }, { executor: 'stock' })).result, { data: { post: {} } });
});

test('a field that the planner renamed keeps a zero, which the stock executor loses', async () => {
  const text = '{ shapes { ... on Round { size } ... on Square { size } } }';
  // In this subgraph, though not to clients, the two have different types: one of them travels under another name.
  const posts: Reply = ({ query }) => {
    const renamed = /on (Round|Square)\s*\{\s*(\w+):\s*size/.exec(query);
    assert(renamed !== null, query);
    const [, type, name = ''] = renamed;
    const shapes = ['Round', 'Square'].map((typename) => ({
      __typename: typename,
      [typename === type ? name : 'size']: 0,
    }));
    return { data: { shapes } };
  };
  assert.deepEqual((await run(text, { posts })).result.data, { shapes: [{ size: 0 }, { size: 0 }] });
  const stock = await run(text, { posts }, { executor: 'stock' });
  assert.notDeepEqual(stock.result.data, { shapes: [{ size: 0 }, { size: 0 }] });
});

test('an object keeps its type where another subgraph knows its interface only, and the stock executor loses it', async () => {
  const query = '{ media { views ... on Photo { __typename again: views } __typename } }';
  const replies = {
    posts: () => ({ data: { media: [{ __typename: 'Photo', id: '1' }] } }),
    users: () => ({ data: { _entities: [{ __typename: 'Media', views: 7, again: 7 }] } }),
  };
  const { result } = await run(query, replies);
  assert.deepEqual(result, { data: { media: [{ views: 7, __typename: 'Photo', again: 7 }] } });
  const stock = await run(query, replies, { executor: 'stock' });
  assert.deepEqual(stock.result, { data: { media: null } });
});

test('a value where a list or an object must be loses its field, not the whole answer', async () => {
  const { result } = await run('{ post { title tags } posts { title } }', {
    posts: () => ({ data: { post: { title: 'Hello', tags: 'one' }, posts: ['two'] } }),
  });
  assert.deepEqual(result.data, { post: { title: 'Hello', tags: null }, posts: [null] });
  const completions = result.extensions?.valueCompletion as { message: string; path: unknown }[];
  assert.deepEqual(
    completions.map(({ message, path }) => ({ message, path })),
    [
      { message: 'Invalid value found for field Post.tags.', path: ['post', 'tags'] },
      { message: 'Invalid value found for array element of type Post at index 0.', path: ['posts', 0] },
    ],
  );
});

test('objects that were filled from one entity stay apart', () => {
  const entity = { author: { name: 'Ada' }, lists: [[{ id: '1' }]] };
  const [one, other]: JsonObject[] = [{}, {}];
  for (const object of [one, other]) mergeInto(object ?? {}, entity, true);
  mergeInto(one ?? {}, { author: { name: 'Bob' }, lists: [[{ id: '2' }]] }, false);
  assert.deepEqual(other, { author: { name: 'Ada' }, lists: [[{ id: '1' }]] });
});

test('a condition that is null is refused before anything is fetched', async () => {
  const { result, calls } = await run(
    'query ($wanted: Boolean = true) { post { title @include(if: $wanted) } }',
    {},
    { variables: { wanted: null } },
  );
  assert.equal(result.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
  assert.equal(result.data, undefined);
  assert.equal(calls.length, 0);
});

test('mutations are executed in order, over several subgraphs', async () => {
  const { result, calls } = await run('mutation { first { id } between second third { author { name } } }', {
    posts: ({ query }) => ({
      data: query.includes('first')
        ? { first: { id: '1' } }
        : { second: 2, third: { author: { __typename: 'User', id: '1' } } },
    }),
    users: ({ query }) => ({
      data: query.includes('_entities') ? { _entities: [{ name: 'Ada' }] } : { between: 1 },
    }),
  });
  assert.deepEqual(
    calls.map(({ subgraph }) => subgraph),
    ['posts', 'users', 'posts', 'users'],
  );
  assert.deepEqual(result.data, {
    first: { id: '1' },
    between: 1,
    second: 2,
    third: { author: { name: 'Ada' } },
  });
});

test('a subgraph that answers with too few entities leaves them empty, and the rest is answered', async () => {
  const { result } = await run('{ posts { author { name } } }', {
    posts: () => authored('1', '2'),
    users: () => ({ data: { _entities: [{ name: 'Ada' }] } }),
  });
  assert.deepEqual(result.data, { posts: [{ author: { name: null } }, { author: { name: null } }] });
  assert.deepEqual(
    result.errors?.map(({ message }) => message),
    ['Expected "data._entities" to contain 2 elements'],
  );
});

test('introspection is answered without asking a subgraph', async () => {
  const { result, calls } = await run(
    'query ($name: String!) { __type(name: $name) { kind } __type(name: $name) { name } __schema { queryType { name } } }',
    {},
    { variables: { name: 'Post' } },
  );
  assert.deepEqual(result.data, {
    __type: { kind: 'OBJECT', name: 'Post' },
    __schema: { queryType: { name: 'Query' } },
  });
  assert.equal(calls.length, 0);
});
