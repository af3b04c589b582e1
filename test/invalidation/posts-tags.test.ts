import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { v7 } from 'uuid';
import { insertPost, published } from '../data/rows.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { emitted } from './support/outbox.ts';

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

const author = v7();
const tagged = (post: string, tag: string, position = 0) =>
  `INSERT INTO post_tags (post_id, tag, position) VALUES ('${post}', '${tag}', ${position})`;
const update = (post: string, change: string) => `UPDATE posts SET ${change} WHERE id = '${post}'`;

/** The lists that a published post of `author` is in, and what else changes with its presence there. */
const listsOfPublished = [
  `posts/Author.counters:${author}`,
  'posts/Post.all',
  `posts/Post.author:${author}`,
  'posts/Post.search',
];

test('a draft comes and goes: itself, its slug, the drafts of its author', async () => {
  const id = v7();
  const expected = [`posts/Post.drafts:${author}`, 'posts/Post.slug:a-draft', `posts/Post:${id}`];
  assert.deepEqual(
    await emitted(
      client,
      `INSERT INTO posts (id, author_id, slug, title, body) VALUES ('${id}', '${author}', 'a-draft', 'Title', 'Body')`,
    ),
    expected,
  );
  assert.deepEqual(await emitted(client, `DELETE FROM posts WHERE id = '${id}'`), expected);
});

test('a published post comes and goes: itself, its slug, the lists of published posts', async () => {
  const id = v7();
  const expected = [...listsOfPublished, 'posts/Post.slug:a-post', `posts/Post:${id}`];
  assert.deepEqual(
    await emitted(
      client,
      `INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
       VALUES ('${id}', '${author}', 'a-post', 'Title', 'Body', 'published', now())`,
    ),
    expected,
  );
  assert.deepEqual(await emitted(client, `DELETE FROM posts WHERE id = '${id}'`), expected);
});

test('a publication moves a post from one kind of list to the other, and so does the way back', async () => {
  const id = await insertPost(client, { author_id: author, slug: 'moves' });
  await client.query("INSERT INTO tags VALUES ('graphql')");
  await client.query(tagged(id, 'graphql'));
  const expected = [
    ...listsOfPublished,
    `posts/Post.drafts:${author}`,
    // Whoever may not see the draft found nothing there.
    'posts/Post.slug:moves',
    'posts/Post.tag:graphql',
    `posts/Post:${id}`,
    'posts/Tag.all',
    'posts/Tag:graphql',
  ].sort();
  assert.deepEqual(await emitted(client, update(id, "status = 'published', published_at = now()")), expected);
  assert.deepEqual(await emitted(client, update(id, "status = 'draft', published_at = NULL")), expected);
});

test('each column of a published post invalidates what shows it or is ordered by it, and nothing else', async () => {
  const id = await insertPost(client, { ...published, author_id: author, slug: 'before' });
  const [self, slug, another] = [`posts/Post:${id}`, 'posts/Post.slug:after', v7()];
  const lists = ['posts/Post.all', `posts/Post.author:${author}`, 'posts/Post.search'];
  const changes: Record<string, string[]> = {
    "title = 'Another'": ['posts/Post.search', self],
    "body = 'Another'": ['posts/Post.search', self],
    'version = 2': [self],
    "created_at = '2020-01-01'": [self],
    "updated_at = '2020-01-01'": [self],
    "published_at = '2020-01-01'": [...lists, self],
    "slug = 'after'": ['posts/Post.slug:after', 'posts/Post.slug:before', self],
    // As they were.
    "title = 'Another', version = 2": [],
    [`author_id = '${another}'`]: [
      `posts/Author.counters:${another}`,
      `posts/Author.counters:${author}`,
      `posts/Post.author:${another}`,
      `posts/Post.author:${author}`,
      slug,
      self,
    ].sort(),
    // The account is gone.
    'author_id = NULL': [`posts/Author.counters:${another}`, `posts/Post.author:${another}`, slug, self],
    [`author_id = '${author}'`]: [
      `posts/Author.counters:${author}`,
      `posts/Post.author:${author}`,
      slug,
      self,
    ],
    "status = 'draft', published_at = NULL": [
      ...listsOfPublished,
      `posts/Post.drafts:${author}`,
      slug,
      self,
    ].sort(),
  };
  for (const [change, tags] of Object.entries(changes))
    assert.deepEqual(await emitted(client, update(id, change)), tags, change);
  const { rows } = await client.query<{ column: string }>(
    `SELECT attname AS column FROM pg_attribute
     WHERE attrelid = 'posts'::regclass AND attnum > 0 AND attgenerated = '' AND attname <> 'id'`,
  );
  for (const { column } of rows)
    assert(
      Object.keys(changes).some((change) => change.includes(`${column} = `)),
      `nobody tried ${column}`,
    );
});

test('an edit of a draft is nothing to any list, a new author to the lists of both', async () => {
  const [id, another] = [await insertPost(client, { author_id: author, slug: 'a-draft' }), v7()];
  assert.deepEqual(await emitted(client, update(id, "title = 'Another', body = 'Another', version = 2")), [
    `posts/Post:${id}`,
  ]);
  assert.deepEqual(
    await emitted(client, update(id, `author_id = '${another}'`)),
    [
      `posts/Post.drafts:${author}`,
      `posts/Post.drafts:${another}`,
      'posts/Post.slug:a-draft',
      `posts/Post:${id}`,
    ].sort(),
  );
});

test('a tag is listed with its first published post and vanishes with its last', async () => {
  const [first, second] = [await insertPost(client, published), await insertPost(client, published)];
  assert.deepEqual(await emitted(client, "INSERT INTO tags VALUES ('sql')"), ['posts/Tag:sql']);
  const ofPost = (post: string) => ['posts/Post.tag:sql', `posts/Post.tags:${post}`];
  assert.deepEqual(await emitted(client, tagged(first, 'sql')), [
    ...ofPost(first),
    'posts/Tag.all',
    'posts/Tag:sql',
  ]);
  assert.deepEqual(await emitted(client, tagged(second, 'sql')), [...ofPost(second), 'posts/Tag:sql']);
  const untag = (post: string) => `DELETE FROM post_tags WHERE post_id = '${post}'`;
  assert.deepEqual(await emitted(client, untag(second)), [...ofPost(second), 'posts/Tag:sql']);
  assert.deepEqual(await emitted(client, untag(first)), [...ofPost(first), 'posts/Tag.all', 'posts/Tag:sql']);
  assert.deepEqual(await emitted(client, "DELETE FROM tags WHERE name = 'sql'"), ['posts/Tag:sql']);
});

test('a post that gets another tag leaves one list for the other', async () => {
  const id = await insertPost(client, published);
  await client.query("INSERT INTO tags VALUES ('old'), ('new')");
  await client.query(tagged(id, 'old'));
  const expected = [
    'posts/Post.tag:new',
    'posts/Post.tag:old',
    `posts/Post.tags:${id}`,
    'posts/Tag.all',
    'posts/Tag:new',
    'posts/Tag:old',
  ];
  assert.deepEqual(
    await emitted(client, `UPDATE post_tags SET tag = 'new' WHERE post_id = '${id}'`),
    expected,
  );
  assert.deepEqual(
    await emitted(client, `DELETE FROM post_tags WHERE post_id = '${id}'`, tagged(id, 'old')),
    expected,
  );
});

test("another order of a post's tags is nothing to the lists of those tags", async () => {
  const id = await insertPost(client, published);
  await client.query("INSERT INTO tags VALUES ('a')");
  await client.query(tagged(id, 'a'));
  assert.deepEqual(await emitted(client, 'UPDATE post_tags SET position = 3'), [`posts/Post.tags:${id}`]);
});

test('tags of a draft are in no list', async () => {
  const id = await insertPost(client);
  await client.query("INSERT INTO tags VALUES ('secret')");
  assert.deepEqual(await emitted(client, tagged(id, 'secret')), [`posts/Post.tags:${id}`]);
});

test('a comment changes its own list and counter', async () => {
  const [post, another, comment] = [
    await insertPost(client, published),
    await insertPost(client, published),
    v7(),
  ];
  const appears = [`posts/Comment.post:${post}`, `posts/Comment:${comment}`, `posts/Post.counters:${post}`];
  assert.deepEqual(
    await emitted(
      client,
      `INSERT INTO comments (id, post_id, author_id, body) VALUES ('${comment}', '${post}', '${author}', 'Yes')`,
    ),
    appears,
  );
  for (const change of ["body = 'No'", 'author_id = NULL', "created_at = '2020-01-01'"])
    assert.deepEqual(
      await emitted(client, `UPDATE comments SET ${change}`),
      [`posts/Comment:${comment}`],
      change,
    );
  assert.deepEqual(
    await emitted(client, `UPDATE comments SET post_id = '${another}'`),
    [
      `posts/Comment.post:${post}`,
      `posts/Comment.post:${another}`,
      `posts/Comment:${comment}`,
      `posts/Post.counters:${post}`,
      `posts/Post.counters:${another}`,
    ].sort(),
  );
  await client.query(`UPDATE comments SET post_id = '${post}'`);
  assert.deepEqual(await emitted(client, 'DELETE FROM comments'), appears);
});

test('a thousand likes leave the post and all lists alone', async () => {
  const id = await insertPost(client, published);
  const like = (user: string) => `INSERT INTO likes (post_id, user_id) VALUES ('${id}', '${user}')`;
  const fans = Array.from({ length: 1_000 }, () => v7());
  assert.deepEqual(
    await emitted(client, ...fans.map(like)),
    [...fans.map((fan) => `posts/Like.user:${fan}`), `posts/Post.counters:${id}`].sort(),
  );
  await client.query('DELETE FROM likes');
  // In one statement, too.
  assert.deepEqual(
    await emitted(
      client,
      `INSERT INTO likes (post_id, user_id) SELECT '${id}', gen_random_uuid() FROM generate_series(1, 1000)`,
    ),
    ['posts/Like', `posts/Post.counters:${id}`],
  );
});

test('a like is taken back, and moved', async () => {
  const id = await insertPost(client, published);
  const [fan, another] = [v7(), v7()];
  await client.query(`INSERT INTO likes (post_id, user_id) VALUES ('${id}', '${fan}')`);
  assert.deepEqual(
    await emitted(client, `UPDATE likes SET user_id = '${another}'`),
    [`posts/Like.user:${fan}`, `posts/Like.user:${another}`].sort(),
  );
  assert.deepEqual(await emitted(client, "UPDATE likes SET created_at = '2020-01-01'"), []);
  assert.deepEqual(await emitted(client, 'DELETE FROM likes'), [
    `posts/Like.user:${another}`,
    `posts/Post.counters:${id}`,
  ]);
});

test('a post that is deleted takes everything along, and everybody hears of it', async () => {
  const [id, comment, fan] = [await insertPost(client, { ...published, author_id: author }), v7(), v7()];
  await client.query("INSERT INTO tags VALUES ('gone')");
  await client.query(tagged(id, 'gone'));
  await client.query(`INSERT INTO comments (id, post_id, body) VALUES ('${comment}', '${id}', 'Yes')`);
  await client.query(`INSERT INTO likes (post_id, user_id) VALUES ('${id}', '${fan}')`);
  const tags = await emitted(client, 'DELETE FROM posts');
  for (const tag of [
    ...listsOfPublished,
    `posts/Post:${id}`,
    `posts/Post.tags:${id}`,
    `posts/Post.counters:${id}`,
    'posts/Post.tag:gone',
    'posts/Tag:gone',
    'posts/Tag.all',
    `posts/Comment:${comment}`,
    `posts/Comment.post:${id}`,
    `posts/Like.user:${fan}`,
  ])
    assert(tags.includes(tag), tag);
});

test('counters that hands correct are heard of, and zero is no other answer than no row', async () => {
  const id = await insertPost(client);
  await client.query("INSERT INTO tags VALUES ('a')");
  const counters: [table: string, key: string, value: string, column: string, tags: string[]][] = [
    ['post_counters', 'post_id', id, 'like_count', [`posts/Post.counters:${id}`]],
    ['post_counters', 'post_id', id, 'comment_count', [`posts/Post.counters:${id}`]],
    ['author_counters', 'author_id', author, 'post_count', [`posts/Author.counters:${author}`]],
    ['tag_counters', 'tag', 'a', 'post_count', ['posts/Tag.all', 'posts/Tag:a']],
  ];
  for (const [table, key, value, column, tags] of counters) {
    assert.deepEqual(await emitted(client, `INSERT INTO ${table} (${key}) VALUES ('${value}')`), []);
    assert.deepEqual(await emitted(client, `UPDATE ${table} SET ${column} = 5`), tags);
    assert.deepEqual(await emitted(client, `DELETE FROM ${table}`), tags);
  }
});

test('which accounts are gone is in no answer', async () => {
  assert.deepEqual(
    await emitted(client, `SELECT mark_account_deleted('${v7()}')`, 'TRUNCATE deleted_accounts'),
    [],
  );
});
