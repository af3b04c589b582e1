import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { toGlobalId } from '../../platform/global-id.ts';
import { newPerson, type PostsUnderTest, startPosts } from './support/posts-subgraph.ts';

let posts: PostsUnderTest;
const author = newPerson();
before(async () => {
  posts = await startPosts();
});
after(() => posts[Symbol.asyncDispose]());

test('liking twice counts once, and so does taking it back', async () => {
  const postId = await posts.writePost(author);
  const reader = newPerson();
  for (const [mutation, likeCount] of [
    ['unlikePost', 0],
    ['likePost', 1],
    ['likePost', 1],
    ['unlikePost', 0],
    ['unlikePost', 0],
  ] as const)
    assert.deepEqual(await posts.mutate(reader, mutation, { postId }, 'post { likeCount viewerHasLiked }'), {
      post: { likeCount, viewerHasLiked: likeCount === 1 },
      userErrors: [],
    });
});

test('concurrent likes count each reader once', async () => {
  const postId = await posts.writePost(author);
  const readers = Array.from({ length: 10 }, newPerson);
  const all = [...readers, ...readers, ...readers];
  await Promise.all(all.map((reader) => posts.mutate(reader, 'likePost', { postId }, '')));
  assert.equal((await counts(postId)).likeCount, 10);
  await Promise.all(all.slice(0, 14).map((reader) => posts.mutate(reader, 'unlikePost', { postId }, '')));
  assert.equal((await counts(postId)).likeCount, 0);
});

test('a like leaves the row of the post alone', async () => {
  const postId = await posts.writePost(author);
  const row = () => posts.database.query('SELECT ctid, xmin, updated_at FROM posts ORDER BY id DESC LIMIT 1');
  const { rows: before } = await row();
  await posts.mutate(newPerson(), 'likePost', { postId }, '');
  await posts.writeComment(newPerson(), postId);
  assert.deepEqual((await row()).rows, before);
});

test('likes of a post that is deleted at the same moment fail nobody', async () => {
  for (let time = 0; time < 10; time++) {
    const postId = await posts.writePost(author, { tags: ['short-lived'] });
    const write = async (mutation: string, input: Record<string, unknown>) => {
      const { userErrors } = await posts.mutate(newPerson(), mutation, { postId, ...input }, '');
      assert(userErrors.every(({ code }: { code: string }) => code === 'NOT_FOUND'));
    };
    await Promise.all([
      write('likePost', {}),
      write('addComment', { body: 'Quick' }),
      posts.mutate(author, 'deletePost', { id: postId }, ''),
      write('likePost', {}),
      write('addComment', { body: 'Too late?' }),
    ]);
    const { rows } = await posts.database.query(
      'SELECT FROM post_counters WHERE post_id NOT IN (SELECT id FROM posts)',
    );
    assert.equal(rows.length, 0);
  }
});

test('several mutations of one request each show the state after them', async () => {
  const postId = await posts.writePost(author);
  const answer = await posts.ask(
    newPerson(),
    `mutation($id: ID!) {
      a: likePost(input: { postId: $id }) { post { likeCount commentCount viewerHasLiked } }
      b: addComment(input: { postId: $id, body: "One" }) { comment { post { likeCount commentCount } } }
      c: addComment(input: { postId: $id, body: "Two" }) {
        comment { post { commentCount comments { nodes { body } } } }
      }
      d: unlikePost(input: { postId: $id }) { post { likeCount commentCount viewerHasLiked } }
    }`,
    { id: postId },
  );
  assert.deepEqual(answer, {
    a: { post: { likeCount: 1, commentCount: 0, viewerHasLiked: true } },
    b: { comment: { post: { likeCount: 1, commentCount: 1 } } },
    c: { comment: { post: { commentCount: 2, comments: { nodes: [{ body: 'One' }, { body: 'Two' }] } } } },
    d: { post: { likeCount: 0, commentCount: 2, viewerHasLiked: false } },
  });
});

test('comments are listed oldest first, and counted', async () => {
  const postId = await posts.writePost(author);
  const bodies = ['First', 'Second', 'Third'];
  for (const body of bodies) await posts.writeComment(newPerson(), postId, body);
  const { post } = await posts.ask(
    null,
    'query($id: ID) { post(id: $id) { commentCount comments { nodes { body } } } }',
    { id: postId },
  );
  assert.deepEqual(post, { commentCount: 3, comments: { nodes: bodies.map((body) => ({ body })) } });
});

test('a comment has 1 to 10000 characters that can be stored', async () => {
  const postId = await posts.writePost(author);
  for (const body of ['', 'x'.repeat(10_001), 'a\0b'])
    assert.deepEqual(await posts.mutate(author, 'addComment', { postId, body }, 'comment { id }'), {
      comment: null,
      userErrors: [{ code: 'INVALID', field: ['input', 'body'] }],
    });
  const { comment } = await posts.mutate(
    author,
    'addComment',
    { postId, body: '🙂'.repeat(10_000) },
    'comment { body }',
  );
  assert.equal(comment.body, '🙂'.repeat(10_000));
});

test('a comment that is deleted again is NOT_FOUND, as one that never was', async () => {
  const commentId = await posts.writeComment(author, await posts.writePost(author));
  const remove = (id: string) =>
    posts.mutate(author, 'deleteComment', { id }, 'deletedCommentId post { title }');
  assert.equal((await remove(commentId)).deletedCommentId, commentId);
  for (const id of [
    commentId,
    toGlobalId('Comment', randomUUID()),
    toGlobalId('Post', randomUUID()),
    'x',
    '',
  ])
    assert.deepEqual(await remove(id), {
      deletedCommentId: null,
      post: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'id'] }],
    });
});

test('counters are what counting gives, after everything that changes them', async () => {
  const reader = newPerson();
  const ids = await Promise.all([1, 2, 3].map(() => posts.writePost(reader, { tags: ['counted', 'twice'] })));
  const [first = '', second = '', third = ''] = ids;
  await posts.writeComment(reader, first);
  await posts.mutate(author, 'likePost', { postId: second }, '');
  await posts.mutate(reader, 'unpublishPost', { id: second }, '');
  await posts.mutate(reader, 'deletePost', { id: third }, '');
  await posts.mutate(reader, 'updatePost', { id: first, expectedVersion: 1, tags: ['twice'] }, '');
  const { _entities, tags } = await posts.ask(
    null,
    `query($r: [_Any!]!) {
      _entities(representations: $r) { ... on User { postCount } }
      tags { nodes { name postCount } }
    }`,
    { r: [{ __typename: 'User', id: toGlobalId('User', reader) }] },
  );
  assert.deepEqual(_entities, [{ postCount: 1 }]);
  assert.deepEqual(
    tags.nodes.filter(({ name }: { name: string }) => ['counted', 'twice'].includes(name)),
    [{ name: 'twice', postCount: 1 }],
  );
});

async function counts(id: string): Promise<{ likeCount: number; commentCount: number }> {
  return (await posts.ask(null, 'query($id: ID) { post(id: $id) { likeCount commentCount } }', { id })).post;
}
