import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  newPerson,
  type PostsUnderTest,
  startPosts,
  userReference,
} from '../posts/support/posts-subgraph.ts';
import { commentId, comments, posts as ids, people, postId, postsWorld } from './support/posts-world.ts';

/** Which representation a tag belongs to: loaders read for all of them at once, and nothing twice. */

let posts: PostsUnderTest;

before(async () => {
  posts = await startPosts();
  await posts.database.query(postsWorld);
});
after(() => posts[Symbol.asyncDispose]());

async function extensionsOf(
  query: string,
  representations: readonly unknown[],
  person: string | null = null,
) {
  const { body } = await posts.call(person, query, { r: representations });
  assert.equal(body.errors, undefined, JSON.stringify(body.errors));
  return body.extensions;
}

async function tagsOf(query: string, representations: readonly unknown[], person: string | null = null) {
  return (await extensionsOf(query, representations, person))?.apolloEntityCacheTags;
}

const bees = { __typename: 'Post', id: postId('bees') };
const cats = { __typename: 'Post', id: postId('cats') };
const first = { __typename: 'Comment', id: commentId('first') };
const second = { __typename: 'Comment', id: commentId('second') };

test('two representations that read one row both have its tag', async () => {
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) {
    ... on Comment { post { likeCount } } ... on Post { likeCount } } }`;
  const ofBees = [`posts/Post:${ids.bees}`, `posts/Post.counters:${ids.bees}`];
  assert.deepEqual(await tagsOf(query, [first, bees, second, cats, bees]), [
    [`posts/Comment:${comments.first}`, ...ofBees],
    ofBees,
    [`posts/Comment:${comments.second}`, ...ofBees],
    [`posts/Post:${ids.cats}`, `posts/Post.counters:${ids.cats}`],
    ofBees,
  ]);
});

test('so it is however deep the field is, and whatever it has waited for', async () => {
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Post {
    tags { posts(first: 1) { nodes { comments(first: 1) { nodes { post { tags { postCount } } } } } } } } } }`;
  const [ofBees = [], ofCats = []] = (await tagsOf(query, [bees, cats])) ?? [];
  // Reached through the tag that both have.
  for (const tags of [ofBees, ofCats])
    for (const tag of ['posts/Post.tag:pets', `posts/Post:${ids.cats}`, `posts/Comment.post:${ids.cats}`])
      assert(tags.includes(tag), tag);
  assert(ofBees.includes('posts/Post.tag:insects'));
  assert(!ofCats.includes('posts/Post.tag:insects'));
  assert(!ofCats.includes(`posts/Comment.post:${ids.ghost}`));
});

test('what has no tags, and what is nothing, has its place all the same', async () => {
  const query =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Post { title } ... on User { id } } }';
  const nothing = { __typename: 'Post', id: 42 };
  assert.deepEqual(await tagsOf(query, [nothing, userReference(people.ada), cats]), [
    [],
    [],
    [`posts/Post:${ids.cats}`],
  ]);
  assert.deepEqual(await tagsOf(query, []), []);
});

test('a list under a root field is no representation', async () => {
  const { body } = await posts.call(
    null,
    `query ($r: [_Any!]!) {
      posts(first: 1) { nodes { likeCount } }
      entities: _entities(representations: $r) { ... on Post { title } }
    }`,
    { r: [bees] },
  );
  const { apolloCacheTags = [], apolloEntityCacheTags } = body.extensions ?? {};
  assert(apolloCacheTags.includes(`posts/Post.counters:${ids.ghost}`));
  assert(!apolloCacheTags.includes(`posts/Post:${ids.bees}`));
  assert(apolloEntityCacheTags?.[0]?.includes(`posts/Post:${ids.bees}`));
});

test('with `_entities` asked for twice, a place has the tags of both', async () => {
  const query = `query ($r: [_Any!]!, $s: [_Any!]!) {
    a: _entities(representations: $r) { ... on Post { title } } b: _entities(representations: $s) { ... on Post { title } } }`;
  const { body } = await posts.call(null, query, { r: [bees, cats], s: [cats] });
  assert.deepEqual(body.extensions?.apolloEntityCacheTags, [
    [`posts/Post:${ids.bees}`, `posts/Post:${ids.cats}`],
    [`posts/Post:${ids.cats}`],
  ]);
});

test('a feed names every author, so that a post of somebody else leaves it alone', async () => {
  const query =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { feed { nodes { id } } } } }';
  const authors = Array.from({ length: 1_000 }, newPerson);
  const [tags = []] = (await tagsOf(query, [userReference(people.cleo, authors)], people.cleo)) ?? [];
  assert.deepEqual(
    tags,
    authors.map((author) => `posts/Post.author:${author}`),
  );
});
