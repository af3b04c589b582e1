import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { v7 } from 'uuid';
import { type Database, databases } from '../../prisma/databases.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { outboxRows } from './support/outbox.ts';

/** What a job does to very many rows in one statement costs a row of the outbox for each table that it reaches. */

const count = 100_000;
const author = v7();
const opened = new Map<Database, { database: TestDatabase; client: pg.Client }>();

before(async () => {
  for (const name of databases) {
    const database = await freshDatabase(name);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    opened.set(name, { database, client });
  }
  await client('posts').query(
    `INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
     SELECT gen_random_uuid(), '${author}', 'post-' || n, 'Title', 'Body', 'published', now()
     FROM generate_series(1, ${count}) AS n`,
  );
  await client('users').query(
    `INSERT INTO users (id, username, name, email, password_hash)
     SELECT gen_random_uuid(), 'user_' || n, 'Name', n || '@example.com', 'x' FROM generate_series(1, ${count}) AS n`,
  );
});
after(async () => {
  for (const { database, client } of opened.values()) {
    await client.end();
    await database[Symbol.asyncDispose]();
  }
});

function client(name: Database): pg.Client {
  const found = opened.get(name);
  assert(found);
  return found.client;
}

/** Runs a statement that has to reach so many rows. */
const rowsOf = (name: Database, statement: string, reached: number | null) =>
  outboxRows(client(name), async () => {
    const { rowCount } = await client(name).query(statement);
    assert.equal(rowCount, reached);
  });

test('an UPDATE of 100 000 rows is one row with one tag', async () => {
  assert.deepEqual(await rowsOf('posts', "UPDATE posts SET title = 'Another'", count), [['posts/Post']]);
  assert.deepEqual(await rowsOf('users', "UPDATE users SET bio = 'Another'", count), [['users/User']]);
});

test('a COPY of 100 000 rows is one row for its table, and one for the counter it moves', async () => {
  const { rows } = await client('posts').query<{ id: string }>('SELECT id FROM posts LIMIT 1');
  const id = rows[0]?.id;
  const lines = `seq -f "${id},00000000-0000-7000-8000-%012.0f" 1 ${count}`;
  const copied = `COPY likes (post_id, user_id) FROM PROGRAM '${lines}' (FORMAT csv)`;
  assert.deepEqual((await rowsOf('posts', copied, count)).sort(), [
    ['posts/Like'],
    [`posts/Post.counters:${id}`],
  ]);
});

test('a TRUNCATE of 100 000 rows is one row for each table that it empties', async () => {
  const ofLikes = await rowsOf('posts', 'TRUNCATE likes', null);
  assert.equal(ofLikes.length, 2);
  // The other one is of the counter.
  assert(ofLikes.flat().includes('posts/Like'));
  // users, follows, user_counters.
  const ofUsers = await rowsOf('users', 'TRUNCATE users CASCADE', null);
  assert.deepEqual(ofUsers, [['users/User'], ['users/User'], ['users/User']]);
});

test('a DELETE of 100 000 rows is one row for its table, and one for the counter it moves', async () => {
  assert.deepEqual((await rowsOf('posts', 'DELETE FROM posts', count)).sort(), [
    [`posts/Author.counters:${author}`],
    ['posts/Post'],
  ]);
});
