import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anywhereRequests } from '../../bench/questions/growth/requests.ts';
import { addManyPosts, keyOfManyPost } from '../../bench/systems/many-posts.ts';
import { personIds } from '../../prisma/seed/people.ts';
import { freshDatabase } from '../support/databases.ts';
import { createTestPool } from '../support/pools.ts';

const users = 10;
const quiet = () => undefined;

/** What was made of so many posts. */
async function made(posts: number) {
  await using database = await freshDatabase('posts');
  await using stack = new AsyncDisposableStack();
  await addManyPosts(database.url, { users, posts }, quiet);
  // A second time there is nothing to do.
  await addManyPosts(database.url, { users, posts: posts + 1 }, quiet);
  const pool = createTestPool(database.url, 1);
  stack.defer(() => pool.end());
  const read = async (text: string) => (await pool.query({ text, rowMode: 'array' })).rows as unknown[][];
  return {
    keys: await read(
      `SELECT to_char(published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), id FROM posts
       WHERE status = 'published' ORDER BY published_at DESC, id DESC`,
    ),
    latest: await read(
      `SELECT posts.id, posts.author_id, title, comments.id, comments.author_id FROM posts JOIN comments ON post_id = posts.id
       ORDER BY posts.id, comments.id`,
    ),
    authors: await read('SELECT author_id, post_count FROM author_counters ORDER BY author_id'),
    comments: await read('SELECT DISTINCT comment_count FROM post_counters'),
    indexes: await read(`SELECT count(*)::int FROM pg_indexes WHERE schemaname = 'public'`),
    outbox: await read('SELECT count(*)::int FROM cache_outbox'),
  };
}

test('of many posts the latest are the same, whatever their number, and each is where its key says', async () => {
  const [few, many] = [await made(100), await made(1_000)];
  for (const [posts, { keys }] of [
    [100, few],
    [1_000, many],
  ] as const)
    assert.deepEqual(
      keys,
      Array.from({ length: posts }, (_, number) => [...keyOfManyPost(number)]),
    );
  assert.equal(few.latest.length, users * 5 * 3, 'a page of each author, with three comments on each post');
  assert.deepEqual(many.latest, few.latest);
  assert.deepEqual(many.indexes, few.indexes);
});

test('many posts are counted, and told to no cache', async () => {
  const { authors, comments, outbox } = await made(100);
  assert.deepEqual(
    authors,
    personIds(users)
      .toSorted()
      .map((id) => [id, 10]),
  );
  assert.deepEqual(comments, [[3]]);
  assert.deepEqual(outbox, [[0]]);
});

test('whatever the number of posts, equally many different pages are asked for, and all of them are full', () => {
  for (const posts of [100, 10_000]) {
    const { bodies } = anywhereRequests({ users, posts });
    assert.equal(new Set(bodies).size, users * 5);
    const last = keyOfManyPost(posts - users * 5 - 1);
    for (const body of bodies) {
      const { after } = JSON.parse(body).variables;
      const [publishedAt] = JSON.parse(Buffer.from(after, 'base64url').toString());
      assert(publishedAt >= last[0], `${publishedAt} with ${posts} posts`);
    }
  }
});
