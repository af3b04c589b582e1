import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seed } from '../../prisma/seed/seed.ts';
import { freshDatabase, type TestDatabase, withClient } from '../support/databases.ts';

const size = { users: 300, posts: 3_000, notEmpty: 'refuse' } as const;

async function seeded() {
  const users = await freshDatabase('users');
  const posts = await freshDatabase('posts');
  const counts = await seed({ usersUrl: users.url, postsUrl: posts.url, ...size });
  return { users, posts, counts };
}

function query<Row extends object>(database: TestDatabase, sql: string): Promise<Row[]> {
  return withClient(database.url, async (client) => (await client.query<Row>(sql)).rows);
}

const usersContent = `SELECT md5(string_agg(u::text, '' ORDER BY u.id)) AS users,
  (SELECT md5(string_agg(f::text, '' ORDER BY f.id)) FROM follows f) AS follows FROM users u`;
const postsContent = `SELECT md5(string_agg(p::text, '' ORDER BY p.id)) AS posts,
  (SELECT md5(string_agg(t::text, '' ORDER BY t.post_id, t.tag)) FROM post_tags t) AS tags,
  (SELECT md5(string_agg(c::text, '' ORDER BY c.id)) FROM comments c) AS comments,
  (SELECT md5(string_agg(l::text, '' ORDER BY l.post_id, l.user_id)) FROM likes l) AS likes FROM posts p`;

test('the same numbers give the same data, to the last byte', async () => {
  const one = await seeded();
  const other = await seeded();
  await using _databases = disposing(one, other);
  assert.deepEqual(await query(one.users, usersContent), await query(other.users, usersContent));
  assert.deepEqual(await query(one.posts, postsContent), await query(other.posts, postsContent));
  assert.deepEqual(one.counts, other.counts);
  assert.deepEqual([one.counts.users, one.counts.posts], [300, 3_000]);
});

test('both databases speak of the same people, few of whom write most', async () => {
  const { users, posts, counts: _counts } = await seeded();
  await using _databases = disposing({ users, posts });
  const known = new Set((await query<{ id: string }>(users, 'SELECT id FROM users')).map(({ id }) => id));
  const authors = await query<{ id: string; posts: number }>(
    posts,
    'SELECT author_id AS id, count(*)::int AS posts FROM posts GROUP BY 1 ORDER BY 2 DESC',
  );
  const others = await query<{ id: string }>(
    posts,
    'SELECT author_id AS id FROM comments UNION SELECT user_id FROM likes',
  );
  assert([...authors, ...others].every(({ id }) => known.has(id)));
  const topTenth = authors.slice(0, size.users / 10).reduce((sum, author) => sum + author.posts, 0);
  assert(topTenth > size.posts * 0.4, `a tenth of the accounts wrote ${topTenth} of ${size.posts}`);
  const [comments] = await query<{ top: number; all: number }>(
    posts,
    `SELECT sum(n) FILTER (WHERE place <= ${size.posts / 10})::int AS top, sum(n)::int AS all
     FROM (SELECT count(*) AS n, row_number() OVER (ORDER BY count(*) DESC) AS place FROM comments GROUP BY post_id) AS ranked`,
  );
  assert(comments !== undefined && comments.top > comments.all * 0.4, JSON.stringify(comments));
});

test('a database that holds data is left alone', async () => {
  const { users, posts } = await seeded();
  await using _databases = disposing({ users, posts });
  const urls = { usersUrl: users.url, postsUrl: posts.url };
  await assert.rejects(seed({ ...urls, ...size }), /users database is not empty/);
  assert.deepEqual(await seed({ ...urls, ...size, notEmpty: 'skip' }), {});
});

function disposing(...pairs: readonly { users: TestDatabase; posts: TestDatabase }[]): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  for (const { users, posts } of pairs) {
    stack.use(users);
    stack.use(posts);
  }
  return stack;
}
