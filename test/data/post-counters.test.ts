import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Client } from 'pg';
import { v7 } from 'uuid';
import { freshDatabase, withClient } from '../support/databases.ts';
import { insert, insertPost, published } from './rows.ts';
import { wrongCounters } from './wrong-counters.ts';

const database = await freshDatabase('posts');
after(() => database[Symbol.asyncDispose]());

function testPosts(sentence: string, body: (client: Client) => Promise<void>): void {
  test(sentence, () =>
    withClient(database.url, async (client) => {
      await body(client);
      assert.deepEqual(await wrongCounters(client, 'posts'), []);
    }),
  );
}

async function count(client: Client, column: string, table: string, key: Record<string, string>) {
  const [name, value] = Object.entries(key)[0] ?? [];
  const { rows } = await client.query(`SELECT ${column} AS count FROM ${table} WHERE ${name} = $1`, [value]);
  return rows[0]?.count;
}

const likesOf = (client: Client, id: string) => count(client, 'like_count', 'post_counters', { post_id: id });
const commentsOf = (client: Client, id: string) =>
  count(client, 'comment_count', 'post_counters', { post_id: id });
const postsBy = (client: Client, id: string) =>
  count(client, 'post_count', 'author_counters', { author_id: id });
const postsWith = (client: Client, tag: string) => count(client, 'post_count', 'tag_counters', { tag });

async function like(client: Client, post: string, users = 1): Promise<void> {
  await client.query('INSERT INTO likes (post_id, user_id) SELECT $1, unnest($2::uuid[])', [
    post,
    Array.from({ length: users }, () => v7()),
  ]);
}

async function comment(client: Client, post: string): Promise<void> {
  await insert(client, 'comments', { id: v7(), post_id: post, author_id: v7(), body: 'Well said.' });
}

let tagNumber = 0;
/** A new tag, on the given posts. */
async function tag(client: Client, ...posts: string[]): Promise<string> {
  tagNumber += 1;
  const name = `tag-${tagNumber}`;
  await insert(client, 'tags', { name });
  await client.query('INSERT INTO post_tags (post_id, tag, position) SELECT unnest($1::uuid[]), $2, 0', [
    posts,
    name,
  ]);
  return name;
}

const publish = (client: Client, post: string) =>
  client.query(`UPDATE posts SET status = 'published', published_at = now() WHERE id = $1`, [post]);
const unpublish = (client: Client, post: string) =>
  client.query(`UPDATE posts SET status = 'draft', published_at = NULL WHERE id = $1`, [post]);

testPosts('likes and comments are counted by post, apart from each other', async (client) => {
  const post = await insertPost(client);
  await like(client, post, 3);
  await comment(client, post);
  await client.query(
    'DELETE FROM likes WHERE (post_id, user_id) IN (SELECT post_id, user_id FROM likes LIMIT 1)',
  );
  assert.equal(await likesOf(client, post), 2);
  assert.equal(await commentsOf(client, post), 1);
});

testPosts('a comment that is edited is counted once', async (client) => {
  const post = await insertPost(client);
  await comment(client, post);
  await client.query(`UPDATE comments SET body = 'Or is it?' WHERE post_id = $1`, [post]);
  assert.equal(await commentsOf(client, post), 1);
});

testPosts('likes moved from one post to another are counted there', async (client) => {
  const [from, to] = [await insertPost(client), await insertPost(client)];
  await like(client, from, 4);
  await client.query('UPDATE likes SET post_id = $1 WHERE post_id = $2', [to, from]);
  assert.deepEqual([await likesOf(client, from), await likesOf(client, to)], [0, 4]);
});

testPosts('only published posts count for author and tags', async (client) => {
  const author = v7();
  const draft = await insertPost(client, { author_id: author });
  const post = await insertPost(client, { author_id: author, ...published });
  const name = await tag(client, draft, post);
  assert.deepEqual([await postsBy(client, author), await postsWith(client, name)], [1, 1]);
  await publish(client, draft);
  assert.deepEqual([await postsBy(client, author), await postsWith(client, name)], [2, 2]);
  await unpublish(client, post);
  assert.deepEqual([await postsBy(client, author), await postsWith(client, name)], [1, 1]);
});

testPosts('an edit of a published post changes no counter row', async (client) => {
  const author = v7();
  const post = await insertPost(client, { author_id: author, ...published });
  const name = await tag(client, post);
  const version = async () =>
    (
      await client.query(
        `SELECT (SELECT xmin FROM author_counters WHERE author_id = $1), (SELECT xmin FROM tag_counters WHERE tag = $2)`,
        [author, name],
      )
    ).rows;
  const before = await version();
  await client.query(`UPDATE posts SET title = 'Another' WHERE id = $1`, [post]);
  assert.deepEqual(await version(), before);
});

testPosts('a post given to another author counts for that one', async (client) => {
  const [former, latter] = [v7(), v7()];
  const post = await insertPost(client, { author_id: former, ...published });
  await client.query('UPDATE posts SET author_id = $1 WHERE id = $2', [latter, post]);
  assert.deepEqual([await postsBy(client, former), await postsBy(client, latter)], [0, 1]);
});

testPosts('a post that loses its author counts for nobody, whatever becomes of it', async (client) => {
  const author = v7();
  const post = await insertPost(client, { author_id: author, ...published });
  await client.query('UPDATE posts SET author_id = NULL WHERE id = $1', [post]);
  assert.equal(await postsBy(client, author), 0);
  await insertPost(client, { author_id: null, ...published });
  await client.query('UPDATE posts SET author_id = $1 WHERE id = $2', [author, post]);
  assert.equal(await postsBy(client, author), 1);
  await client.query('DELETE FROM posts WHERE author_id IS NULL OR id = $1', [post]);
  assert.equal(await postsBy(client, author), 0);
});

testPosts('a tag taken off, or exchanged, counts no longer', async (client) => {
  const post = await insertPost(client, published);
  const [kept, dropped, other] = [await tag(client, post), await tag(client, post), await tag(client)];
  await client.query('DELETE FROM post_tags WHERE tag = $1', [dropped]);
  await client.query('UPDATE post_tags SET tag = $1 WHERE tag = $2', [other, kept]);
  const counts = [
    await postsWith(client, kept),
    await postsWith(client, dropped),
    await postsWith(client, other),
  ];
  assert.deepEqual(counts, [0, 0, 1]);
});

testPosts('a deleted post takes its own counters along, and leaves author and tags right', async (client) => {
  const author = v7();
  const post = await insertPost(client, { author_id: author, ...published });
  const name = await tag(client, post, await insertPost(client, { author_id: author, ...published }));
  await like(client, post, 2);
  await comment(client, post);
  await client.query('DELETE FROM posts WHERE id = $1', [post]);
  assert.equal(await likesOf(client, post), undefined);
  assert.deepEqual([await postsBy(client, author), await postsWith(client, name)], [1, 1]);
});

testPosts('COPY counts', async (client) => {
  const post = await insertPost(client);
  const lines = [v7(), v7(), v7()].map((user) => `${post}\\t${user}\\n`);
  await client.query(`COPY likes (post_id, user_id) FROM PROGRAM 'printf "${lines.join('')}"'`);
  assert.equal(await likesOf(client, post), 3);
});

testPosts(
  'a statement that writes a post and its tags together gets the copied time right',
  async (client) => {
    const name = await tag(client);
    const post = v7();
    await client.query(
      `WITH written AS (
       INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
       VALUES ($1::uuid, $1::uuid, $1::text, 'Title', 'Body', 'published', now()) RETURNING id
     )
     INSERT INTO post_tags (post_id, tag, position) SELECT id, $2, 0 FROM written`,
      [post, name],
    );
    assert.equal(await postsWith(client, name), 1);
  },
);

testPosts('the copied time cannot be written by hand', async (client) => {
  const post = await insertPost(client);
  const name = await tag(client, post);
  await client.query('UPDATE post_tags SET published_at = now() WHERE tag = $1', [name]);
  assert.equal((await postsWith(client, name)) ?? 0, 0);
});

testPosts('a tag put on a post while another transaction publishes it gets the time', async (client) => {
  const post = await insertPost(client);
  const name = await tag(client);
  await withClient(database.url, async (publisher) => {
    await publisher.query('BEGIN');
    await publish(publisher, post);
    const tagged = insert(client, 'post_tags', { post_id: post, tag: name, position: 0 });
    await untilWaiting(publisher, client);
    await publisher.query('COMMIT');
    await tagged;
  });
  assert.equal(await postsWith(client, name), 1);
});

testPosts(
  'a publication while another transaction puts a tag on the post reaches the tag',
  async (client) => {
    const post = await insertPost(client);
    const name = await tag(client);
    await withClient(database.url, async (tagger) => {
      await tagger.query('BEGIN');
      await insert(tagger, 'post_tags', { post_id: post, tag: name, position: 0 });
      const publication = publish(client, post);
      await untilWaiting(tagger, client);
      await tagger.query('COMMIT');
      await publication;
    });
    assert.equal(await postsWith(client, name), 1);
  },
);

/** Until the other connection's statement waits for a lock: only then is the race the one that the test is about. */
async function untilWaiting(observer: Client, other: Client): Promise<void> {
  const waits = `SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock'`;
  // pg keeps the backend's number to cancel its queries; the types don't say so.
  const { processID } = other as Client & { processID: number };
  while ((await observer.query(waits, [processID])).rowCount === 0);
}

testPosts('TRUNCATE leaves nothing counted', async (client) => {
  const author = v7();
  const post = await insertPost(client, { author_id: author, ...published });
  const name = await tag(client, post);
  await like(client, post, 2);
  await comment(client, post);
  await client.query('TRUNCATE likes');
  assert.deepEqual([await likesOf(client, post), await commentsOf(client, post)], [0, 1]);
  await client.query('TRUNCATE posts CASCADE');
  assert.deepEqual([await postsBy(client, author), await postsWith(client, name)], [0, 0]);
  assert.equal(await likesOf(client, post), undefined);
});
