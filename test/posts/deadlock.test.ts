import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uuidOf } from '../../platform/global-id.ts';
import { until } from '../support/poll.ts';
import { newPerson, startPosts } from './support/posts-subgraph.ts';

test('a write that PostgreSQL ends because of a deadlock is done again', async () => {
  await using posts = await startPosts();
  const author = newPerson();
  await posts.writePost(author);
  const draft = await posts.writePost(author, { draft: true });

  const other = await posts.database.connect();
  try {
    // It waits longer than the subgraph's connection does, so that it is never the one that is ended.
    await other.query(`BEGIN; SET LOCAL deadlock_timeout = '1min'`);
    await other.query('SELECT FROM author_counters WHERE author_id = $1 FOR UPDATE', [author]);
    const publishing = posts.mutate(author, 'publishPost', { id: draft }, 'post { status }');
    await until('the publication waits for the counter', async () => {
      const { rows } = await posts.database.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'posts' AND wait_event_type = 'Lock'
           AND datname = current_database()`,
      );
      return rows.length > 0 || undefined;
    });
    // Now each waits for the other, until PostgreSQL ends the publication and with it the wait of this statement.
    await other.query('SELECT FROM posts WHERE id = $1 FOR UPDATE', [uuidOf('Post', draft)]);
    await other.query('COMMIT');
    assert.deepEqual(await publishing, { post: { status: 'PUBLISHED' }, userErrors: [] });
  } finally {
    other.release();
  }
  // A connection reports what it counted when it comes to rest, not at once.
  await until('the deadlock is counted', async () => {
    const { rows } = await posts.database.query(
      'SELECT FROM pg_stat_database WHERE datname = current_database() AND deadlocks = 1',
    );
    return rows.length > 0 || undefined;
  });
});
