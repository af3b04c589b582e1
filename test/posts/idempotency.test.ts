import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { untilBlocked } from '../support/blocked.ts';
import { newPerson, type PostsUnderTest, startPosts } from './support/posts-subgraph.ts';

/** Mutations that create something do it once for each key, however often and from wherever they come. */

let posts: PostsUnderTest;
before(async () => {
  posts = await startPosts();
});
after(() => posts[Symbol.asyncDispose]());

const write = (author: string, input: Record<string, unknown>) =>
  posts.mutate(author, 'createPost', { title: 'Once', body: 'Body', ...input }, 'post { id title }');
const comment = (author: string, input: Record<string, unknown>) =>
  posts.mutate(author, 'addComment', input, 'comment { id body }');

async function countOf(author: string): Promise<{ posts: number; comments: number; keys: number }> {
  const { rows } = await posts.database.query(
    `SELECT (SELECT count(*)::int FROM posts WHERE author_id = $1) AS posts,
       (SELECT count(*)::int FROM comments WHERE author_id = $1) AS comments,
       (SELECT count(*)::int FROM idempotency_keys WHERE account_id = $1) AS keys`,
    [author],
  );
  return rows[0];
}

const conflict = [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }];

test('the same key and the same input create one post, and the same comment, and answer alike', async () => {
  const author = newPerson();
  const first = await write(author, { tags: ['tag'], idempotencyKey: 'a' });
  assert.deepEqual(first.userErrors, []);
  assert.deepEqual(await write(author, { tags: ['tag'], idempotencyKey: 'a' }), first);
  const said = { postId: first.post.id, body: 'Hear, hear', idempotencyKey: 'a' };
  const answer = await comment(author, said);
  assert.deepEqual(answer.userErrors, []);
  assert.deepEqual(await comment(author, said), answer);
  assert.deepEqual(await countOf(author), { posts: 1, comments: 1, keys: 2 });
});

test('without a key, with another one, and for somebody else, the same input is another post', async () => {
  const [author, other] = [newPerson(), newPerson()];
  const answers = [
    await write(author, {}),
    await write(author, {}),
    await write(author, { idempotencyKey: null }),
    await write(author, { idempotencyKey: 'a' }),
    await write(author, { idempotencyKey: 'A' }),
    await write(other, { idempotencyKey: 'a' }),
  ];
  assert.equal(new Set(answers.map(({ post }) => post.id)).size, answers.length);
});

test('a key that was used with another input is a CONFLICT, and nothing is created', async () => {
  const author = newPerson();
  const { post } = await write(author, { slug: 'a-slug', idempotencyKey: 'a' });
  for (const other of [
    { title: 'Twice' },
    { body: 'Other' },
    { tags: ['tag'] },
    { slug: 'b-slug' },
    { slug: null },
  ])
    assert.deepEqual(
      await write(author, { slug: 'a-slug', ...other, idempotencyKey: 'a' }),
      { post: null, userErrors: conflict },
      JSON.stringify(other),
    );
  const said = { postId: post.id, body: 'First', idempotencyKey: 'a' };
  await comment(author, said);
  assert.deepEqual(await comment(author, { ...said, body: 'Second' }), {
    comment: null,
    userErrors: conflict,
  });
  assert.deepEqual(await countOf(author), { posts: 1, comments: 1, keys: 2 });
});

test('of several that arrive together one creates, and all get what it did', async () => {
  const author = newPerson();
  const other = await posts.database.connect();
  try {
    // The first one gets as far as its tag, and waits with its key written and its transaction open.
    await other.query(`BEGIN; INSERT INTO tags VALUES ('held')`);
    const input = { tags: ['held'], idempotencyKey: 'a' };
    const first = write(author, input);
    await untilBlocked(posts.database, 1);
    const others = [write(author, input), write(author, input), write(author, { idempotencyKey: 'a' })];
    await untilBlocked(posts.database, 4);
    await other.query('ROLLBACK');
    const answer = await first;
    assert.deepEqual(answer.userErrors, []);
    assert.deepEqual(await Promise.all(others), [answer, answer, { post: null, userErrors: conflict }]);
  } finally {
    other.release();
  }
  assert.deepEqual(await countOf(author), { posts: 1, comments: 0, keys: 1 });
});

test('a refusal does not use its key up, for one that waits behind it either', async () => {
  const [author, rival] = [newPerson(), newPerson()];
  const other = await posts.database.connect();
  const input = { slug: 'wanted', idempotencyKey: 'a' };
  try {
    await other.query('BEGIN');
    await other.query(
      `INSERT INTO posts (id, author_id, slug, title, body) VALUES (gen_random_uuid(), $1, 'wanted', 'T', 'B')`,
      [rival],
    );
    const first = write(author, input);
    await untilBlocked(posts.database, 1);
    const second = write(author, input);
    await untilBlocked(posts.database, 2);
    await other.query('COMMIT');
    const taken = { post: null, userErrors: [{ code: 'TAKEN', field: ['input', 'slug'] }] };
    assert.deepEqual(await Promise.all([first, second]), [taken, taken]);
  } finally {
    other.release();
  }
  assert.deepEqual(await countOf(author), { posts: 0, comments: 0, keys: 0 });
  await posts.database.query(`DELETE FROM posts WHERE slug = 'wanted'`);
  assert.deepEqual((await write(author, input)).userErrors, []);
});

test('what is sent again shows what was created as it is now, and creates nothing when it is gone', async () => {
  const author = newPerson();
  const { post } = await write(author, { idempotencyKey: 'a' });
  await posts.mutate(author, 'updatePost', { id: post.id, expectedVersion: 1, title: 'Edited' }, '');
  const edited = { post: { id: post.id, title: 'Edited' }, userErrors: [] };
  assert.deepEqual(await write(author, { idempotencyKey: 'a' }), edited);
  const said = { postId: post.id, body: 'Gone', idempotencyKey: 'a' };
  await comment(author, said);
  await posts.mutate(author, 'deletePost', { id: post.id }, '');
  assert.deepEqual(await write(author, { idempotencyKey: 'a' }), { post: null, userErrors: [] });
  assert.deepEqual(await comment(author, said), { comment: null, userErrors: [] });
  assert.deepEqual(await countOf(author), { posts: 0, comments: 0, keys: 2 });
});

test('what was said to a post that went out of sight is not shown again', async () => {
  const [author, reader] = [newPerson(), newPerson()];
  const postId = await posts.writePost(author);
  const said = { postId, body: 'Seen', idempotencyKey: 'a' };
  await comment(reader, said);
  await posts.mutate(author, 'unpublishPost', { id: postId }, '');
  assert.deepEqual(await comment(reader, said), { comment: null, userErrors: [] });
});

test('a key has 1 to 100 printable ASCII characters', async () => {
  const author = newPerson();
  const postId = await posts.writePost(author);
  for (const idempotencyKey of ['!', '~'.repeat(100)])
    assert.deepEqual((await write(author, { idempotencyKey })).userErrors, []);
  for (const idempotencyKey of ['', 'x'.repeat(101), 'two words', 'é', 'line\n', '\0', '\ud800']) {
    const invalid = [{ code: 'INVALID', field: ['input', 'idempotencyKey'] }];
    assert.deepEqual(await write(author, { idempotencyKey }), { post: null, userErrors: invalid });
    const said = { postId, body: 'Body', idempotencyKey };
    assert.deepEqual(await comment(author, said), { comment: null, userErrors: invalid });
  }
  assert.deepEqual(await countOf(author), { posts: 3, comments: 0, keys: 2 });
});

test('keys are remembered for a day, and then removed by whoever uses one', async () => {
  const [author, other] = [newPerson(), newPerson()];
  const age = (key: string, interval: string) =>
    posts.database.query(
      'UPDATE idempotency_keys SET created_at = created_at - $3::interval WHERE account_id = $1 AND key = $2',
      [author, key, interval],
    );
  const old = await write(author, { idempotencyKey: 'old' });
  const recent = await write(author, { idempotencyKey: 'recent' });
  await age('old', '24:00:01');
  await age('recent', '23:59:00');
  await write(other, { idempotencyKey: 'a' });
  const { rows } = await posts.database.query('SELECT key FROM idempotency_keys WHERE account_id = $1', [
    author,
  ]);
  assert.deepEqual(rows, [{ key: 'recent' }]);
  assert.deepEqual(await write(author, { idempotencyKey: 'recent' }), recent);
  assert.notEqual((await write(author, { idempotencyKey: 'old' })).post.id, old.post.id);
});
