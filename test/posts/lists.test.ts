import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toGlobalId } from '../../platform/global-id.ts';
import { newPerson, type PostsUnderTest, startPosts } from './support/posts-subgraph.ts';

let posts: PostsUnderTest;
const ann = newPerson();
const bob = newPerson();

before(async () => {
  posts = await startPosts();
  await posts.writePost(ann, {
    title: 'Baking bread',
    body: 'Flour, water and patience.',
    tags: ['food', 'slow'],
  });
  await posts.writePost(ann, { title: 'Reading', body: 'A book about bread and wine.', tags: ['books'] });
  await posts.writePost(bob, {
    title: 'Wine',
    body: 'Grapes, mostly. Patience, too.',
    tags: ['food', 'a-b', 'ab', 'a0'],
  });
  await posts.writePost(bob, { title: 'Unfinished bread', tags: ['food', 'unseen'], draft: true });
});
after(() => posts[Symbol.asyncDispose]());

const filters: [description: string, filter: Record<string, unknown> | null, titles: string[]][] = [
  ['nothing', null, ['Wine', 'Reading', 'Baking bread']],
  ['an empty filter', {}, ['Wine', 'Reading', 'Baking bread']],
  ['nulls', { author: null, tag: null, search: null }, ['Wine', 'Reading', 'Baking bread']],
  ['a blank search', { search: '  ' }, ['Wine', 'Reading', 'Baking bread']],
  ['an author', { author: toGlobalId('User', ann) }, ['Reading', 'Baking bread']],
  ['an author who wrote nothing', { author: toGlobalId('User', newPerson()) }, []],
  ['the id of something else for an author', { author: toGlobalId('Post', ann) }, []],
  ['a tag', { tag: 'food' }, ['Wine', 'Baking bread']],
  ['a tag that no post has', { tag: 'none' }, []],
  ['what cannot be a tag', { tag: 'Food' }, []],
  ['a word of title or body, whatever its ending', { search: 'breads' }, ['Reading', 'Baking bread']],
  ['two words', { search: 'wine bread' }, ['Reading']],
  ['one word or another', { search: 'flour OR grapes' }, ['Wine', 'Baking bread']],
  ['a phrase', { search: '"book about bread"' }, ['Reading']],
  ['a word that must not be there', { search: 'wine -bread' }, ['Wine']],
  ['words that are in every text', { search: 'the and' }, []],
  ['an author and a tag', { author: toGlobalId('User', bob), tag: 'food' }, ['Wine']],
  ['a tag and a word', { tag: 'food', search: 'patience' }, ['Wine', 'Baking bread']],
  ['all three', { author: toGlobalId('User', ann), tag: 'food', search: 'patience' }, ['Baking bread']],
  ['three that no post has together', { author: toGlobalId('User', bob), tag: 'food', search: 'flour' }, []],
];

for (const [description, filter, titles] of filters)
  test(`posts narrowed by ${description}`, async () => {
    const answer = await posts.ask(
      null,
      'query($filter: PostFilter) { posts(filter: $filter) { nodes { title } } }',
      { filter },
    );
    assert.deepEqual(
      answer.posts.nodes.map(({ title }: { title: string }) => title),
      titles,
    );
  });

test('a search of more than 200 characters is refused', async () => {
  const search = (length: number) =>
    posts.call(null, 'query($s: String) { posts(filter: { search: $s }) { nodes { title } } }', {
      s: 'x'.repeat(length),
    });
  assert.equal((await search(200)).body.errors, undefined);
  assert.equal((await search(201)).body.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
});

test('a post is asked for by exactly one of id and slug', async () => {
  for (const args of ['', '(id: null)', '(id: "x", slug: "wine")', '(id: null, slug: null)']) {
    const { body } = await posts.call(null, `{ post${args} { title } }`);
    assert.equal(body.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
  }
  assert.deepEqual(await posts.ask(null, '{ post(slug: "wine", id: null) { title } }'), {
    post: { title: 'Wine' },
  });
});

test('tags are in the order of their bytes, with the number of published posts', async () => {
  assert.deepEqual(await tagsOf('{ tags { nodes { name postCount } } }'), [
    { name: 'a-b', postCount: 1 },
    { name: 'a0', postCount: 1 },
    { name: 'ab', postCount: 1 },
    { name: 'books', postCount: 1 },
    { name: 'food', postCount: 2 },
    { name: 'slow', postCount: 1 },
  ]);
});

for (const [search, names] of Object.entries({
  a: ['a-b', 'a0', 'ab'],
  'a-': ['a-b'],
  foo: ['food'],
  food: ['food'],
  foods: [],
  Foo: [],
  '%': [],
  _ood: [],
  'foo\\': [],
  '': ['a-b', 'a0', 'ab', 'books', 'food', 'slow'],
}))
  test(`tags that begin with ${JSON.stringify(search)}`, async () => {
    const found = await tagsOf('query($s: String) { tags(search: $s) { nodes { name } } }', { s: search });
    assert.deepEqual(
      found,
      names.map((name) => ({ name })),
    );
  });

test('tags page in both directions', async () => {
  for (const size of [1, 2, 4]) {
    const forwards: string[] = [];
    const backwards: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { tags } = await posts.ask(
        null,
        'query($n: Int, $c: String) { tags(first: $n, after: $c) { nodes { name } pageInfo { hasNextPage endCursor } } }',
        { n: size, c: after },
      );
      forwards.push(...tags.nodes.map(({ name }: { name: string }) => name));
      ({ hasNextPage: more, endCursor: after } = tags.pageInfo);
    }
    for (let before: string | null = null, more = true; more; ) {
      const { tags } = await posts.ask(
        null,
        'query($n: Int, $c: String) { tags(last: $n, before: $c) { nodes { name } pageInfo { hasPreviousPage startCursor } } }',
        { n: size, c: before },
      );
      backwards.unshift(...tags.nodes.map(({ name }: { name: string }) => name));
      ({ hasPreviousPage: more, startCursor: before } = tags.pageInfo);
    }
    assert.deepEqual(forwards, ['a-b', 'a0', 'ab', 'books', 'food', 'slow']);
    assert.deepEqual(backwards, forwards);
  }
});

test('a tag lists its posts, latest first, each page of many tags in one go', async () => {
  assert.deepEqual(await tagsOf('{ tags(search: "f") { nodes { posts(first: 1) { nodes { title } } } } }'), [
    { posts: { nodes: [{ title: 'Wine' }] } },
  ]);
  assert.deepEqual(await tagsOf('{ tags(search: "f") { nodes { posts(last: 1) { nodes { title } } } } }'), [
    { posts: { nodes: [{ title: 'Baking bread' }] } },
  ]);
});

async function tagsOf(query: string, variables: Record<string, unknown> = {}): Promise<unknown> {
  return (await posts.ask(null, query, variables)).tags.nodes;
}
