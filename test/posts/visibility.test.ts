import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  newPerson,
  type Person,
  type PostsUnderTest,
  startPosts,
  userReference,
} from './support/posts-subgraph.ts';

/** A draft that was public once, so that it has all a post can have: a comment, likes, tags, a place in every index. */

let posts: PostsUnderTest;
const author = newPerson();
const reader = newPerson();
const nobody = null;
let draft: { id: string; slug: string; commentId: string };

before(async () => {
  posts = await startPosts();
  const id = await posts.writePost(author, { title: 'Zanzibar', body: 'A secret', tags: ['hidden'] });
  const commentId = await posts.writeComment(reader, id, 'Seen it');
  await posts.mutate(reader, 'likePost', { postId: id }, '');
  const { post } = await posts.mutate(author, 'unpublishPost', { id }, 'post { slug }');
  draft = { id, slug: post.slug, commentId };
  await posts.writePost(author, { title: 'In public', tags: ['shown'] });
});
after(() => posts[Symbol.asyncDispose]());

interface Path {
  readonly query: string;
  readonly variables: () => Record<string, unknown>;
  /** What the draft's author gets where others get nothing; null for lists that hold published posts only. */
  readonly author: unknown;
  readonly others: unknown;
}

const reference = 'query($r: [_Any!]!) { _entities(representations: $r)';
const empty = { nodes: [] };
const nothing = { _entities: [null] };
const paths: Record<string, Path> = {
  'post by id': {
    query: 'query($id: ID) { post(id: $id) { title } }',
    variables: () => ({ id: draft.id }),
    author: { post: { title: 'Zanzibar' } },
    others: { post: null },
  },
  'post by slug': {
    query: 'query($slug: String) { post(slug: $slug) { title } }',
    variables: () => ({ slug: draft.slug }),
    author: { post: { title: 'Zanzibar' } },
    others: { post: null },
  },
  'a reference to it': {
    query: `${reference} { ... on Post { title } } }`,
    variables: () => ({ r: [{ __typename: 'Post', id: draft.id }] }),
    author: { _entities: [{ title: 'Zanzibar' }] },
    others: nothing,
  },
  'a reference to a comment on it': {
    query: `${reference} { ... on Comment { body post { title } } } }`,
    variables: () => ({ r: [{ __typename: 'Comment', id: draft.commentId }] }),
    author: { _entities: [{ body: 'Seen it', post: { title: 'Zanzibar' } }] },
    others: nothing,
  },
  'the drafts of its author': {
    query: `${reference} { ... on User { drafts { nodes { title likeCount commentCount tags { name } } } } } }`,
    variables: () => ({ r: [userReference(author)] }),
    author: {
      _entities: [
        {
          drafts: {
            nodes: [{ title: 'Zanzibar', likeCount: 1, commentCount: 1, tags: [{ name: 'hidden' }] }],
          },
        },
      ],
    },
    others: { _entities: [{ drafts: null }] },
  },
  'the list of all posts': {
    query: '{ posts { nodes { title } } }',
    variables: () => ({}),
    author: null,
    others: { posts: { nodes: [{ title: 'In public' }] } },
  },
  'the posts with its tag': {
    query: '{ posts(filter: { tag: "hidden" }) { nodes { title } } }',
    variables: () => ({}),
    author: null,
    others: { posts: empty },
  },
  'the posts with its words': {
    query: '{ posts(filter: { search: "Zanzibar" }) { nodes { title } } }',
    variables: () => ({}),
    author: null,
    others: { posts: empty },
  },
  'the tags': {
    query: '{ tags { nodes { name postCount posts { nodes { title } } } } }',
    variables: () => ({}),
    author: null,
    others: {
      tags: { nodes: [{ name: 'shown', postCount: 1, posts: { nodes: [{ title: 'In public' }] } }] },
    },
  },
  'the posts and the count of its author': {
    query: `${reference} { ... on User { postCount posts { nodes { title } } } } }`,
    variables: () => ({ r: [userReference(author)] }),
    author: null,
    others: { _entities: [{ postCount: 1, posts: { nodes: [{ title: 'In public' }] } }] },
  },
};

for (const [name, path] of Object.entries(paths)) {
  test(`a draft shows in ${name} to its author at most`, async () => {
    for (const person of [nobody, reader]) assert.deepEqual(await seenBy(person, path), path.others);
    assert.deepEqual(await seenBy(author, path), path.author ?? path.others);
  });
}

test('a draft is not in the feed of those who follow its author, nor in its author’s own', async () => {
  for (const person of [reader, author]) {
    const { _entities } = await posts.ask(
      person,
      `${reference} { ... on User { feed { nodes { title } } } } }`,
      { r: [userReference(person, [author])] },
    );
    assert.deepEqual(_entities, [{ feed: { nodes: [{ title: 'In public' }] } }]);
  }
});

test('whoever liked a post loses sight of it with everybody else', async () => {
  for (const mutation of ['likePost', 'unlikePost']) {
    const answer = await posts.mutate(reader, mutation, { postId: draft.id }, 'post { title }');
    assert.deepEqual(answer, { post: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'postId'] }] });
  }
});

test('the comments and likes of a post that is published again are there again', async () => {
  const id = await posts.writePost(author, { title: 'Back' });
  await posts.writeComment(reader, id, 'First');
  await posts.mutate(reader, 'likePost', { postId: id }, '');
  await posts.mutate(author, 'unpublishPost', { id }, '');
  await posts.mutate(author, 'publishPost', { id }, '');
  const { post } = await posts.ask(
    reader,
    'query($id: ID) { post(id: $id) { likeCount viewerHasLiked comments { nodes { body } } } }',
    { id },
  );
  assert.deepEqual(post, { likeCount: 1, viewerHasLiked: true, comments: { nodes: [{ body: 'First' }] } });
  await posts.mutate(author, 'deletePost', { id }, '');
});

function seenBy(person: Person, { query, variables }: Path): Promise<unknown> {
  return posts.ask(person, query, variables());
}
