import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExecutorRun } from './support/both-executors.ts';
import type { SubgraphCall } from './support/derived-subgraph.ts';
import { authored, type Reply, run } from './support/run-operation.ts';

/** How often a plan asks for entities, and where what it is told goes. */

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
