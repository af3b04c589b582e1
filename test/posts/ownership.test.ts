import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newPerson, type PostsUnderTest, startPosts, userReference } from './support/posts-subgraph.ts';

/** Every mutation, tried as nobody, as another account and as the owner, on a published post and on a draft. */

let posts: PostsUnderTest;
const owner = newPerson();
const other = newPerson();
before(async () => {
  posts = await startPosts();
});
after(() => posts[Symbol.asyncDispose]());

interface Case {
  readonly mutation: string;
  /** On a post of the owner's, and a comment on it that a third account wrote. */
  readonly input: (target: { postId: string; commentId: string }) => Record<string, unknown>;
  /** The code that another account gets; null where everybody may. */
  readonly onPublished: string | null;
}

const cases: Case[] = [
  {
    mutation: 'updatePost',
    input: ({ postId }) => ({ id: postId, expectedVersion: 1, title: 'Mine now' }),
    onPublished: 'FORBIDDEN',
  },
  { mutation: 'publishPost', input: ({ postId }) => ({ id: postId }), onPublished: 'FORBIDDEN' },
  { mutation: 'unpublishPost', input: ({ postId }) => ({ id: postId }), onPublished: 'FORBIDDEN' },
  { mutation: 'deletePost', input: ({ postId }) => ({ id: postId }), onPublished: 'FORBIDDEN' },
  { mutation: 'deleteComment', input: ({ commentId }) => ({ id: commentId }), onPublished: 'FORBIDDEN' },
  { mutation: 'likePost', input: ({ postId }) => ({ postId }), onPublished: null },
  { mutation: 'unlikePost', input: ({ postId }) => ({ postId }), onPublished: null },
  { mutation: 'addComment', input: ({ postId }) => ({ postId, body: 'Hm' }), onPublished: null },
];

for (const { mutation, input, onPublished } of cases) {
  test(`${mutation} is UNAUTHENTICATED for nobody, and does nothing`, async () => {
    const target = await newTarget('published');
    const before = await stateOf(target.postId);
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const { body } = await posts.call(
      null,
      `mutation($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
      { input: input(target) },
    );
    assert.deepEqual(
      [body.data, body.errors?.map(({ extensions }) => extensions?.code)],
      [{ [mutation]: null }, ['UNAUTHENTICATED']],
    );
    assert.deepEqual(await stateOf(target.postId), before);
  });

  test(`${mutation} by another account is ${onPublished ?? 'fine'} on a published post`, async () => {
    const target = await newTarget('published');
    const before = await stateOf(target.postId);
    const { userErrors } = await posts.mutate(other, mutation, input(target), '');
    assert.deepEqual(codes(userErrors), onPublished === null ? [] : [onPublished]);
    if (onPublished !== null) assert.deepEqual(await stateOf(target.postId), before);
  });

  test(`${mutation} by another account is NOT_FOUND on a draft, and does nothing`, async () => {
    const target = await newTarget('draft');
    const before = await stateOf(target.postId);
    const { userErrors } = await posts.mutate(other, mutation, input(target), '');
    assert.deepEqual(codes(userErrors), ['NOT_FOUND']);
    assert.deepEqual(await stateOf(target.postId), before);
  });

  test(`${mutation} by the owner is done, on a draft, too`, async () => {
    for (const status of ['published', 'draft'] as const) {
      const { userErrors } = await posts.mutate(owner, mutation, input(await newTarget(status)), '');
      assert.deepEqual(userErrors, []);
    }
  });
}

test('createPost is UNAUTHENTICATED for nobody', async () => {
  const { body } = await posts.call(
    null,
    'mutation { createPost(input: { title: "T", body: "B" }) { post { id } } }',
  );
  assert.deepEqual(body.data, { createPost: null });
  assert.equal(body.errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
});

test('whoever wrote a comment may delete it, on a post of somebody else', async () => {
  const postId = await posts.writePost(owner);
  const commentId = await posts.writeComment(other, postId);
  const answer = await posts.mutate(
    other,
    'deleteComment',
    { id: commentId },
    'deletedCommentId post { id commentCount }',
  );
  assert.deepEqual(answer, {
    deletedCommentId: commentId,
    post: { id: postId, commentCount: 0 },
    userErrors: [],
  });
});

test('drafts and feed are there for the account itself only', async () => {
  const query = `query($r: [_Any!]!) {
    _entities(representations: $r) { ... on User { drafts { nodes { id } } feed { nodes { id } } } }
  }`;
  for (const person of [null, other]) {
    const { _entities } = await posts.ask(person, query, { r: [userReference(owner, [owner, other])] });
    assert.deepEqual(_entities, [{ drafts: null, feed: null }]);
  }
  const { _entities } = await posts.ask(owner, query, { r: [userReference(owner, [other])] });
  assert(Array.isArray(_entities[0].drafts.nodes));
  assert(Array.isArray(_entities[0].feed.nodes));
});

test('viewerHasLiked is each viewer’s own, and false for nobody', async () => {
  const postId = await posts.writePost(owner);
  await posts.mutate(other, 'likePost', { postId }, '');
  const liked = async (person: string | null) =>
    (await posts.ask(person, 'query($id: ID) { post(id: $id) { viewerHasLiked } }', { id: postId })).post;
  assert.deepEqual(await liked(other), { viewerHasLiked: true });
  assert.deepEqual(await liked(owner), { viewerHasLiked: false });
  assert.deepEqual(await liked(null), { viewerHasLiked: false });
});

test('a viewer whose subject is no account of ours is nobody', async () => {
  const { body } = await posts.call(
    'service|crawler',
    'mutation { createPost(input: { title: "T", body: "B" }) { post { id } } }',
  );
  assert.equal(body.errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
  assert.deepEqual(await posts.ask('service|crawler', '{ posts(first: 1) { nodes { viewerHasLiked } } }'), {
    posts: { nodes: [{ viewerHasLiked: false }] },
  });
});

async function newTarget(status: 'published' | 'draft'): Promise<{ postId: string; commentId: string }> {
  const postId = await posts.writePost(owner);
  const commentId = await posts.writeComment(newPerson(), postId);
  if (status === 'draft') await posts.mutate(owner, 'unpublishPost', { id: postId }, '');
  return { postId, commentId };
}

function stateOf(postId: string): Promise<unknown> {
  return posts.ask(
    owner,
    `query($id: ID) {
      post(id: $id) { title status version publishedAt updatedAt likeCount commentCount comments { nodes { body } } }
    }`,
    { id: postId },
  );
}

function codes(userErrors: readonly { code: string }[]): string[] {
  return userErrors.map(({ code }) => code);
}
