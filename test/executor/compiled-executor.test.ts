import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../gateway/executor/json-value.ts';
import { mergeInto } from '../../gateway/executor/merge.ts';
import { authored, type Reply, run } from './support/run-operation.ts';

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
