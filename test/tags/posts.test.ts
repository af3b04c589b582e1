import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Person,
  type PostsUnderTest,
  startPosts,
  userReference,
} from '../posts/support/posts-subgraph.ts';
import {
  commentId,
  comments,
  posts as ids,
  people,
  personId,
  postId,
  postsWorld,
} from './support/posts-world.ts';

/** Exactly these tags: one that is missing gives stale answers, one too many loses hits. */

let posts: PostsUnderTest;

before(async () => {
  posts = await startPosts();
  await posts.database.query(postsWorld);
});
after(() => posts[Symbol.asyncDispose]());

/** Of root fields; without their prefix, in alphabetical order. */
async function tagsOf(query: string, person: Person = null, variables = {}): Promise<string[]> {
  const { body } = await posts.call(person, query, variables);
  assert.equal(body.errors, undefined, JSON.stringify(body.errors));
  assert.equal(body.extensions?.apolloEntityCacheTags, undefined);
  return sorted(body.extensions?.apolloCacheTags ?? ['(none were sent)']);
}

/** Of one representation. */
async function tagsOfEntity(
  representation: { readonly __typename: string; readonly id: string },
  selection: string,
  person: Person = null,
): Promise<string[]> {
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${representation.__typename} ${selection} } }`;
  const { body } = await posts.call(person, query, { r: [representation] });
  assert.equal(body.errors, undefined, JSON.stringify(body.errors));
  assert.equal(body.extensions?.apolloCacheTags, undefined);
  assert.equal(body.extensions?.apolloEntityCacheTags?.length, 1);
  return sorted(body.extensions?.apolloEntityCacheTags?.[0] ?? []);
}

function sorted(tags: readonly string[]): string[] {
  assert.equal(new Set(tags).size, tags.length, 'a tag was sent twice');
  return tags.map((tag) => tag.replace(/^posts\//, '')).toSorted();
}

const post = (name: keyof typeof ids) => ({ __typename: 'Post', id: postId(name) });
const comment = (name: keyof typeof comments) => ({ __typename: 'Comment', id: commentId(name) });

const rootFields: Record<string, { query: string; tags: string[] }> = {
  'a post by id': { query: `{ post(id: "${postId('bees')}") { title } }`, tags: [`Post:${ids.bees}`] },
  'no post by id': { query: `{ post(id: "${postId('none')}") { title } }`, tags: [`Post:${ids.none}`] },
  "somebody's draft by id": {
    query: `{ post(id: "${postId('plan')}") { title } }`,
    tags: [`Post:${ids.plan}`],
  },
  'an id that is none': { query: '{ post(id: "nonsense") { title } }', tags: [] },
  'a post by slug': {
    query: '{ post(slug: "bees") { title } }',
    tags: ['Post.slug:bees', `Post:${ids.bees}`],
  },
  'no post by slug': { query: '{ post(slug: "wasps") { title } }', tags: ['Post.slug:wasps'] },
  // The same as for none: else the tags would tell strangers of it.
  "somebody's draft by slug": { query: '{ post(slug: "plan") { title } }', tags: ['Post.slug:plan'] },
  'a slug that is none': { query: '{ post(slug: "No!") { title } }', tags: [] },
  'all posts': {
    query: '{ posts { nodes { title } } }',
    tags: ['Post.all', ...rows('bees', 'cats', 'ghost', 'ants')],
  },
  'a page of posts, and the post behind it': {
    query: '{ posts(first: 1) { pageInfo { hasNextPage } } }',
    tags: ['Post.all', ...rows('ghost', 'cats')],
  },
  'posts of an author': {
    query: `{ posts(filter: { author: "${personId('bob')}" }) { nodes { title } } }`,
    tags: [`Post.author:${people.bob}`, ...rows('cats')],
  },
  'posts of an author who has none': {
    query: `{ posts(filter: { author: "${personId('cleo')}" }) { nodes { title } } }`,
    tags: [`Post.author:${people.cleo}`],
  },
  'posts of an author there cannot be': {
    query: '{ posts(filter: { author: "x" }) { nodes { title } } }',
    tags: [],
  },
  'posts with a tag': {
    query: '{ posts(filter: { tag: "pets" }) { nodes { title } } }',
    tags: ['Post.tag:pets', ...rows('bees', 'cats')],
  },
  'posts with a tag that no post has': {
    query: '{ posts(filter: { tag: "stones" }) { nodes { title } } }',
    tags: ['Post.tag:stones'],
  },
  'posts with words': {
    query: '{ posts(filter: { search: "hum" }) { nodes { title } } }',
    tags: ['Post.search', ...rows('bees', 'ghost')],
  },
  'posts by all of these': {
    query: `{ posts(filter: { author: "${personId('ada')}", tag: "pets", search: "hum" }) { nodes { title } } }`,
    tags: [`Post.author:${people.ada}`, 'Post.tag:pets', 'Post.search', ...rows('bees')],
  },
  'posts by nothing but blanks': {
    query: '{ posts(filter: { search: " " }, first: 1) { nodes { title } } }',
    tags: ['Post.all', ...rows('ghost', 'cats')],
  },
  tags: { query: '{ tags { nodes { name } } }', tags: ['Tag.all'] },
  'tags that begin with a text': { query: '{ tags(search: "ins") { nodes { name } } }', tags: ['Tag.all'] },
  'tags that begin with what none can': { query: '{ tags(search: "!") { nodes { name } } }', tags: [] },
  'how many posts tags have': {
    query: '{ tags { nodes { postCount } } }',
    tags: ['Tag.all', 'Tag:insects', 'Tag:pets'],
  },
  'posts of tags': {
    query: '{ tags(search: "pets") { nodes { posts { nodes { title } } } } }',
    tags: ['Tag.all', 'Post.tag:pets', ...rows('bees', 'cats')],
  },
};

for (const [what, { query, tags }] of Object.entries(rootFields))
  test(`the tags of ${what}`, async () => {
    assert.deepEqual(await tagsOf(query), tags.toSorted());
  });

function rows(...names: (keyof typeof ids)[]): string[] {
  return names.map((name) => `Post:${ids[name]}`);
}

const columns = 'id slug title body excerpt status version createdAt updatedAt publishedAt author { id }';

const postFields: Record<string, { selection: string; tags: string[] }> = {
  'its columns': { selection: `{ ${columns} }`, tags: [] },
  'its tags': { selection: '{ tags { name } }', tags: [`Post.tags:${ids.bees}`] },
  'its comments': {
    selection: '{ comments { nodes { id body createdAt author { id } } } }',
    tags: [`Comment.post:${ids.bees}`, `Comment:${comments.first}`, `Comment:${comments.second}`],
  },
  'how many comments it has': { selection: '{ commentCount }', tags: [`Post.counters:${ids.bees}`] },
  'how many like it': { selection: '{ likeCount }', tags: [`Post.counters:${ids.bees}`] },
  'whether nobody likes it': { selection: '{ viewerHasLiked }', tags: [] },
};

for (const [what, { selection, tags }] of Object.entries(postFields))
  test(`a post's tags, asked for ${what}`, async () => {
    assert.deepEqual(await tagsOfEntity(post('bees'), selection), [...tags, `Post:${ids.bees}`].toSorted());
  });

test('a post without anything has the tags of what it might have', async () => {
  const selection = '{ tags { name } comments { nodes { id } } commentCount likeCount }';
  assert.deepEqual(
    await tagsOfEntity(post('ghost'), selection),
    ['Comment.post', 'Post.counters', 'Post.tags', 'Post'].map((family) => `${family}:${ids.ghost}`),
  );
});

test('whether the viewer likes posts depends on all likes of the viewer', async () => {
  const tags = await tagsOf('{ posts { nodes { viewerHasLiked } } }', people.ada);
  assert.deepEqual(
    tags,
    ['Post.all', `Like.user:${people.ada}`, ...rows('bees', 'cats', 'ghost', 'ants')].toSorted(),
  );
});

test('a comment depends on its post, which decides who sees it, also where nobody does', async () => {
  assert.deepEqual(await tagsOfEntity(comment('first'), '{ body }'), [
    `Comment:${comments.first}`,
    ...rows('bees'),
  ]);
  const hidden = [`Comment:${comments.hidden}`, ...rows('plan')];
  assert.deepEqual(await tagsOfEntity(comment('hidden'), '{ body }'), hidden);
  assert.deepEqual(await tagsOfEntity(comment('hidden'), '{ body post { title } }', people.ada), hidden);
  assert.deepEqual(await tagsOfEntity(comment('none'), '{ body }'), [`Comment:${comments.none}`]);
});

test('an account depends on what it is asked for here: whether it exists, another subgraph knows', async () => {
  const ada = userReference(people.ada);
  assert.deepEqual(await tagsOfEntity(ada, '{ id }'), []);
  assert.deepEqual(await tagsOfEntity(ada, '{ postCount }'), [`Author.counters:${people.ada}`]);
  assert.deepEqual(
    await tagsOfEntity(ada, '{ posts { nodes { title } } }'),
    [`Post.author:${people.ada}`, ...rows('bees', 'ants')].toSorted(),
  );
  assert.deepEqual(await tagsOfEntity(userReference(people.cleo), '{ posts { nodes { title } } }'), [
    `Post.author:${people.cleo}`,
  ]);
});

test("the viewer's drafts are a list of their own, and nobody else's", async () => {
  const selection = '{ drafts { nodes { title } } }';
  const ofAda = [`Post.drafts:${people.ada}`, ...rows('plan')];
  assert.deepEqual(await tagsOfEntity(userReference(people.ada), selection, people.ada), ofAda);
  assert.deepEqual(await tagsOfEntity(userReference(people.ada), selection, people.bob), []);
  assert.deepEqual(await tagsOfEntity(userReference(people.ada), selection), []);
});

test('a feed depends on the lists of all it is made of, also of those who have written nothing', async () => {
  const cleo = userReference(people.cleo, [people.bob, people.ada, people.cleo]);
  assert.deepEqual(
    await tagsOfEntity(cleo, '{ feed(first: 1) { nodes { title } } }', people.cleo),
    [...Object.values(people).map((id) => `Post.author:${id}`), ...rows('cats', 'bees')].toSorted(),
  );
  assert.deepEqual(await tagsOfEntity(cleo, '{ feed { nodes { title } } }', people.bob), []);
  assert.deepEqual(
    await tagsOfEntity(userReference(people.cleo, []), '{ feed { nodes { title } } }', people.cleo),
    [],
  );
});

test('aliases, fragments and directives change nothing', async () => {
  const plain =
    '{ post(slug: "bees") { title likeCount } posts(filter: { tag: "pets" }) { nodes { title } } }';
  const dressed = `
    query ($yes: Boolean!) { second: posts(filter: { tag: "pets" }) { ...Titles } first: post(slug: "bees") { ...Liked } }
    fragment Titles on PostConnection { items: nodes { ... on Post @include(if: $yes) { heading: title } } }
    fragment Liked on Post { ... { likes: likeCount } heading: title tags @skip(if: $yes) { name } }`;
  assert.deepEqual(await tagsOf(dressed, null, { yes: true }), await tagsOf(plain));
});

test('mutations and introspection have none', async () => {
  const { body } = await posts.call(
    people.cleo,
    'mutation { likePost(input: { postId: "x" }) { userErrors { code } } }',
  );
  assert.equal(body.extensions?.apolloCacheTags, undefined);
  assert.deepEqual(await tagsOf('{ __schema { queryType { name } } _service { sdl } }'), []);
});
