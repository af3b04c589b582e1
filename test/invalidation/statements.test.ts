import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { v7 } from 'uuid';
import { insertPost, published } from '../data/rows.ts';
import { freshDatabase, type TestDatabase, withClient } from '../support/databases.ts';
import { emitted, outboxRows } from './support/outbox.ts';

/** How rows are changed, beside one by one: whatever the statement, what it changed is heard of, and nothing else. */

let database: TestDatabase;
let client: pg.Client;
before(async () => {
  database = await freshDatabase('posts');
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
after(async () => {
  await client.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(() => client.query('TRUNCATE posts, tags, author_counters CASCADE'));

const insertMany = (count: number) =>
  `INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
   SELECT gen_random_uuid(), '${v7()}', 'post-' || number, 'Title', 'Body', 'published', now()
   FROM generate_series(1, ${count}) AS number`;

test('a statement that changes 5 000 posts is one row with one tag', async () => {
  await client.query(insertMany(5_000));
  assert.deepEqual(await outboxRows(client, () => client.query("UPDATE posts SET title = 'Another'")), [
    ['posts/Post'],
  ]);
});

test('256 rows of a statement are named one by one, 257 are not', async () => {
  await client.query(insertMany(257));
  const update = (count: number) =>
    outboxRows(client, () =>
      client.query(
        'UPDATE posts SET version = version + 1 WHERE id IN (SELECT id FROM posts ORDER BY id LIMIT $1)',
        [count],
      ),
    );
  assert.equal((await update(256))[0]?.length, 256);
  assert.deepEqual(await update(257), [['posts/Post']]);
});

test('a statement that changes many rows in many tables is one row for each of them', async () => {
  await client.query(insertMany(300));
  await client.query("INSERT INTO tags VALUES ('a')");
  const rows = await outboxRows(client, () =>
    client.query("INSERT INTO post_tags (post_id, tag, position) SELECT id, 'a', 0 FROM posts"),
  );
  assert.deepEqual(rows.sort(), [['posts/Post'], ['posts/Tag.all', 'posts/Tag:a']]);
  const deleted = await outboxRows(client, () => client.query('DELETE FROM posts'));
  assert(deleted.length <= 5, `${deleted.length} rows`);
});

test('a COPY is heard of', async () => {
  const id = await insertPost(client, published);
  const fans = [v7(), v7(), v7()];
  const lines = fans.map((fan) => `${id}\\t${fan}\\n`).join('');
  assert.deepEqual(
    await emitted(client, `COPY likes (post_id, user_id) FROM PROGRAM 'printf "${lines}"'`),
    [...fans.map((fan) => `posts/Like.user:${fan}`), `posts/Post.counters:${id}`].sort(),
  );
});

test('an upsert is heard of, as what it turned out to be', async () => {
  const id = v7();
  const insert = (body: string) =>
    `INSERT INTO posts (id, author_id, slug, title, body) VALUES ('${id}', '${id}', 'upserted', 'Title', '${body}')`;
  const upsert = (body: string) => `${insert(body)} ON CONFLICT (id) DO UPDATE SET body = excluded.body`;
  assert.deepEqual(await emitted(client, upsert('One')), [
    `posts/Post.drafts:${id}`,
    'posts/Post.slug:upserted',
    `posts/Post:${id}`,
  ]);
  assert.deepEqual(await emitted(client, upsert('Two')), [`posts/Post:${id}`]);
  assert.deepEqual(await emitted(client, upsert('Two')), []);
  assert.deepEqual(await emitted(client, `${insert('Three')} ON CONFLICT DO NOTHING`), []);
});

test('a MERGE is heard of in all that it does', async () => {
  const [changed, deleted, inserted] = [await insertPost(client), await insertPost(client), v7()];
  const rows = await outboxRows(client, () =>
    client.query(
      `MERGE INTO posts USING (VALUES ($1::uuid), ($2), ($3)) AS source (id) ON posts.id = source.id
       WHEN MATCHED AND source.id = $2 THEN DELETE
       WHEN MATCHED THEN UPDATE SET body = 'Merged'
       WHEN NOT MATCHED THEN INSERT (id, author_id, slug, title, body) VALUES (source.id, source.id, 'merged', 'Title', 'Body')`,
      [changed, deleted, inserted],
    ),
  );
  assert.equal(rows.length, 3);
  for (const id of [changed, deleted, inserted]) assert(rows.flat().includes(`posts/Post:${id}`));
});

test('a statement with several writes in it is heard of in all of them', async () => {
  const id = await insertPost(client);
  const tags = await emitted(
    client,
    `WITH named AS (INSERT INTO tags VALUES ('a')), edited AS (UPDATE posts SET title = 'Another')
     INSERT INTO likes (post_id, user_id) VALUES ('${id}', '${id}')`,
  );
  assert.deepEqual(tags, [
    `posts/Like.user:${id}`,
    `posts/Post.counters:${id}`,
    `posts/Post:${id}`,
    'posts/Tag:a',
  ]);
});

test('TRUNCATE is heard of for every table it empties', async () => {
  const truncated = await outboxRows(client, () => client.query('TRUNCATE posts CASCADE'));
  // posts, post_tags, comments, likes, post_counters.
  assert.deepEqual(truncated.flat().sort(), [
    'posts/Comment',
    'posts/Like',
    'posts/Post',
    'posts/Post',
    'posts/Post',
  ]);
  assert.deepEqual(await emitted(client, 'TRUNCATE author_counters'), ['posts/Author']);
  assert.deepEqual(await emitted(client, 'TRUNCATE tag_counters'), ['posts/Tag']);
});

test('what is rolled back was never written', async () => {
  assert.deepEqual(await emitted(client, 'BEGIN', "INSERT INTO tags VALUES ('a')", 'ROLLBACK'), []);
  assert.deepEqual(
    await emitted(
      client,
      'BEGIN',
      "INSERT INTO tags VALUES ('a')",
      'SAVEPOINT half',
      "INSERT INTO tags VALUES ('b')",
      'ROLLBACK TO half',
      'COMMIT',
    ),
    ['posts/Tag:a'],
  );
});

test('a write that is not committed is not to be seen, nor is it lost when a later one is', async () => {
  await client.query('DELETE FROM cache_outbox');
  await client.query('BEGIN');
  await client.query("INSERT INTO tags VALUES ('first')");
  const waiting = () =>
    withClient(database.url, async (other) => {
      const { rows } = await other.query<{ tags: string[] }>('SELECT tags FROM cache_outbox ORDER BY id');
      return rows.flatMap(({ tags }) => tags);
    });
  await withClient(database.url, (other) => other.query("INSERT INTO tags VALUES ('second')"));
  assert.deepEqual(await waiting(), ['posts/Tag:second']);
  await client.query('COMMIT');
  assert.deepEqual(await waiting(), ['posts/Tag:first', 'posts/Tag:second']);
});

test('who silences triggers as replication does is heard of all the same', async () => {
  const id = await insertPost(client, published);
  await client.query('SET session_replication_role = replica');
  try {
    assert.deepEqual(
      await emitted(client, `INSERT INTO likes (post_id, user_id) VALUES ('${id}', '${id}')`),
      [`posts/Like.user:${id}`],
    );
    assert.deepEqual(
      await emitted(client, `INSERT INTO post_counters (post_id, like_count) VALUES ('${id}', 1)`),
      [`posts/Post.counters:${id}`],
    );
  } finally {
    await client.query('RESET session_replication_role');
  }
});

test('who may write comments needs no rights on the outbox, and can put no other table in its place', async () => {
  const [post, comment] = [await insertPost(client, published), v7()];
  await client.query("INSERT INTO comments (id, post_id, body) VALUES ($1, $2, 'Yes')", [comment, post]);
  await client.query('DELETE FROM cache_outbox');
  const role = `writer_${database.name}`;
  await client.query(`CREATE ROLE ${role}; GRANT SELECT, UPDATE ON comments TO ${role}`);
  try {
    await client.query(`SET ROLE ${role}; CREATE TEMPORARY TABLE cache_outbox (tags text[])`);
    await client.query("UPDATE comments SET body = 'No'");
    await assert.rejects(client.query('SELECT FROM public.cache_outbox'), /permission denied/);
  } finally {
    await client.query(`RESET ROLE; DISCARD TEMPORARY; DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
  const { rows } = await client.query('SELECT tags FROM cache_outbox');
  assert.deepEqual(rows, [{ tags: [`posts/Comment:${comment}`] }]);
});

test('columns that come and go, foreign keys that set null: a table that is new to all this', async () => {
  await using fresh = await freshDatabase('posts');
  await withClient(fresh.url, async (own) => {
    await own.query(`
      CREATE TABLE shelves (id integer PRIMARY KEY, dropped text, name text);
      CREATE TABLE books (id integer PRIMARY KEY, shelf integer REFERENCES shelves (id) ON DELETE SET NULL ON UPDATE CASCADE);
      CREATE FUNCTION cache_facts(r shelves) RETURNS TABLE (tag text, fact text) LANGUAGE sql STABLE AS
        $$ SELECT 'books/Shelf:' || r.id, r::text $$;
      CREATE FUNCTION cache_facts(r books) RETURNS TABLE (tag text, fact text) LANGUAGE sql STABLE AS
        $$ VALUES ('books/Book:' || r.id, r::text), ('books/Book.shelf:' || r.shelf, r.id::text) $$;
      CALL invalidate_cache_by('shelves', 'books/Shelf');
      CALL invalidate_cache_by('books', 'books/Book');
      INSERT INTO shelves VALUES (1, 'x', 'Novels'), (2, 'x', 'Poems');
      INSERT INTO books VALUES (7, 1), (8, 2);
      ALTER TABLE shelves DROP COLUMN dropped;
      ALTER TABLE shelves ADD COLUMN added text`);
    assert.deepEqual(await emitted(own, "UPDATE shelves SET added = 'now' WHERE id = 1"), ['books/Shelf:1']);
    assert.deepEqual(await emitted(own, "UPDATE shelves SET name = 'Novels' WHERE id = 1"), []);
    assert.deepEqual(await emitted(own, 'UPDATE shelves SET id = 3 WHERE id = 2'), [
      'books/Book.shelf:2',
      'books/Book.shelf:3',
      'books/Book:8',
      'books/Shelf:2',
      'books/Shelf:3',
    ]);
    assert.deepEqual(await emitted(own, 'DELETE FROM shelves WHERE id = 1'), [
      'books/Book.shelf:1',
      'books/Book:7',
      'books/Shelf:1',
    ]);
  });
});

test('a database that was dumped and restored hears of what is written to it', async () => {
  // As pg_restore: an empty search_path, triggers made after the data was loaded.
  await client.query("SELECT set_config('search_path', '', false)");
  try {
    const { rows } = await client.query(
      `WITH written AS (INSERT INTO public.tags VALUES ('restored') RETURNING name) SELECT FROM written`,
    );
    assert.equal(rows.length, 1);
    const waiting = await client.query('SELECT tags FROM public.cache_outbox ORDER BY id DESC LIMIT 1');
    assert.deepEqual(waiting.rows, [{ tags: ['posts/Tag:restored'] }]);
  } finally {
    await client.query('RESET search_path');
  }
});
