import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { EventPublisher } from '../../platform/event-bus.ts';
import { uuidOf } from '../../platform/global-id.ts';
import { createInProcessEventBus } from '../../platform/in-process-event-bus.ts';
import { createDatabase } from '../../subgraphs/posts/data/database.ts';
import { forgetAccount } from '../../subgraphs/posts/domain/deleted-accounts.ts';
import {
  newPerson,
  type PostsUnderTest,
  startPosts,
  userReference,
} from '../posts/support/posts-subgraph.ts';
import { until } from '../support/poll.ts';
import { createTestPool } from '../support/pools.ts';
import { quietRetries } from '../support/write-retries.ts';

/** What the posts subgraph does when it hears that an account was deleted. Publishing here lasts until it has done it. */

let posts: PostsUnderTest;
let publisher: EventPublisher;
before(async () => {
  const events = createInProcessEventBus();
  posts = await startPosts({ events });
  publisher = events.openPublisher();
});
after(() => posts[Symbol.asyncDispose]());

const accountDeleted = (accountId: unknown) =>
  publisher.publish({ id: randomUUID(), type: 'account.deleted', payload: { accountId } });

test('what it published stays without an author; drafts, likes and idempotency keys go; the counters are right', async () => {
  const [ghost, other] = [newPerson(), newPerson()];
  const own = await posts.writePost(ghost, { tags: ['ghost-story'] });
  const draft = await posts.writePost(ghost, { draft: true });
  const others = await posts.writePost(other);
  await posts.writeComment(ghost, others);
  await posts.writeComment(other, own);
  for (const person of [ghost, other]) {
    for (const postId of [own, others]) await posts.mutate(person, 'likePost', { postId }, '');
    const input = { title: 'Once', body: '', idempotencyKey: `of-${person}` };
    await posts.mutate(person, 'createPost', input, 'post { id }');
  }

  // At least once means twice now and then.
  for (const _time of ['once', 'twice']) {
    await accountDeleted(ghost);
    const seen = await posts.ask(
      other,
      `query ($own: ID!, $others: ID!, $draft: ID!) {
        own: post(id: $own) { author { id } likeCount comments { nodes { author { id } } } tags { name postCount } }
        others: post(id: $others) { author { id } likeCount commentCount comments { nodes { author { id } } } }
        draft: post(id: $draft) { id }
      }`,
      { own, others, draft },
    );
    const { id: otherId } = userReference(other);
    assert.deepEqual(seen, {
      own: {
        author: null,
        likeCount: 1,
        comments: { nodes: [{ author: { id: otherId } }] },
        tags: [{ name: 'ghost-story', postCount: 1 }],
      },
      others: {
        author: { id: otherId },
        likeCount: 1,
        commentCount: 1,
        comments: { nodes: [{ author: null }] },
      },
      draft: null,
    });
    assert.deepEqual(await rowsOf(ghost), { posts: 0, comments: 0, likes: 0 });
    const keys = await posts.database.query('SELECT key FROM idempotency_keys');
    assert.deepEqual(keys.rows, [{ key: `of-${other}` }]);
    const { rows } = await posts.database.query(
      'SELECT author_id, post_count FROM author_counters WHERE author_id = ANY ($1)',
      [[ghost, other]],
    );
    assert.deepEqual(new Map(rows.map((row) => [row.author_id, row.post_count])).get(other), 1);
    assert.deepEqual(new Map(rows.map((row) => [row.author_id, row.post_count])).get(ghost), 0);
  }
});

test('a post without an author is nobody’s', async () => {
  const [ghost, other] = [newPerson(), newPerson()];
  const id = await posts.writePost(ghost);
  const comment = await posts.writeComment(ghost, id);
  await accountDeleted(ghost);
  for (const [mutation, input] of [
    ['updatePost', { id, expectedVersion: 1, title: 'Mine' }],
    ['unpublishPost', { id }],
    ['deletePost', { id }],
    ['deleteComment', { id: comment }],
  ] as const) {
    const { userErrors } = await posts.mutate(other, mutation, input, '');
    assert.deepEqual(
      userErrors.map(({ code }: { code: string }) => code),
      ['FORBIDDEN'],
      mutation,
    );
  }
  assert.equal(
    (await posts.mutate(other, 'likePost', { postId: id }, 'post { likeCount }')).post.likeCount,
    1,
  );
  assert.ok(await posts.writeComment(other, id));
});

test('the author of a post can delete what a deleted account said to it', async () => {
  const [ghost, author] = [newPerson(), newPerson()];
  const comment = await posts.writeComment(ghost, await posts.writePost(author));
  await accountDeleted(ghost);
  assert.deepEqual(await posts.mutate(author, 'deleteComment', { id: comment }, 'deletedCommentId'), {
    deletedCommentId: comment,
    userErrors: [],
  });
});

test('a token that outlives its account writes nothing', async () => {
  const [ghost, other] = [newPerson(), newPerson()];
  const postId = await posts.writePost(other);
  const id = await posts.writePost(ghost);
  await accountDeleted(ghost);
  for (const [mutation, input] of Object.entries({
    createPost: { title: 'From beyond', body: '', tags: [] },
    updatePost: { id, expectedVersion: 1, title: 'Changed' },
    publishPost: { id },
    unpublishPost: { id },
    deletePost: { id },
    likePost: { postId },
    unlikePost: { postId },
    addComment: { postId, body: 'Boo' },
    deleteComment: { id: postId },
  })) {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const { body } = await posts.call(
      ghost,
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
      { input },
    );
    // An id that can't be a comment's is refused before anybody is asked.
    const codes =
      body.errors?.map(({ extensions }) => extensions?.code) ??
      body.data[mutation].userErrors.map(({ code }: { code: string }) => code);
    assert.deepEqual(codes, [mutation === 'deleteComment' ? 'NOT_FOUND' : 'UNAUTHENTICATED'], mutation);
  }
  assert.deepEqual(await rowsOf(ghost), { posts: 0, comments: 0, likes: 0 });
});

test('what is being written at that moment is found, and who comes later finds the account gone', async () => {
  const [ghost, other] = [newPerson(), newPerson()];
  const postId = await posts.writePost(other);
  const writer = await posts.database.connect();
  try {
    await writer.query('BEGIN');
    await writer.query('SELECT hold_account($1)', [ghost]);
    const deletion = accountDeleted(ghost);
    await lockWaits(1);
    const late = posts.call(
      ghost,
      'mutation ($input: LikePostInput!) { likePost(input: $input) { userErrors { code } } }',
      { input: { postId } },
    );
    await lockWaits(2);
    await writer.query(`INSERT INTO comments (id, post_id, author_id, body) VALUES ($1, $2, $3, 'In time')`, [
      randomUUID(),
      uuidOf('Post', postId),
      ghost,
    ]);
    await writer.query('COMMIT');
    await deletion;
    assert.equal((await late).body.errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
  } finally {
    writer.release();
  }
  assert.deepEqual(await rowsOf(ghost), { posts: 0, comments: 0, likes: 0 });
});

test('an account with more than a batch of everything is forgotten, also by two at once', async () => {
  const [ghost, other] = [newPerson(), newPerson()];
  const count = 1_201;
  await posts.database.query(
    `WITH written AS (
       INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
       SELECT gen_random_uuid(), CASE WHEN n % 3 = 2 THEN $2::uuid ELSE $1::uuid END, 'many-' || n, 'T', 'B',
         (CASE WHEN n % 3 = 1 THEN 'draft' ELSE 'published' END)::post_status, CASE WHEN n % 3 = 1 THEN NULL ELSE now() END
       FROM generate_series(0, 3 * $3::int - 1) AS n RETURNING id, author_id
     ), liked AS (
       INSERT INTO likes (post_id, user_id) SELECT id, $1 FROM written WHERE author_id = $2
     )
     INSERT INTO comments (id, post_id, author_id, body) SELECT gen_random_uuid(), id, $1, 'C' FROM written WHERE author_id = $2`,
    [ghost, other, count],
  );
  assert.deepEqual(await rowsOf(ghost), { posts: 2 * count, comments: count, likes: count });

  const pool = createTestPool(posts.testDatabase.url, 4);
  const database = createDatabase(pool, quietRetries());
  try {
    await Promise.all([forgetAccount(database, ghost), forgetAccount(database, ghost)]);
  } finally {
    await database.$disconnect();
    await pool.end();
  }
  assert.deepEqual(await rowsOf(ghost), { posts: 0, comments: 0, likes: 0 });
  const { rows } = await posts.database.query(
    `SELECT (SELECT count(*)::int FROM posts WHERE slug LIKE 'many-%') AS posts,
       (SELECT sum(like_count)::int FROM post_counters JOIN posts ON id = post_id WHERE slug LIKE 'many-%') AS likes,
       (SELECT sum(comment_count)::int FROM post_counters JOIN posts ON id = post_id WHERE slug LIKE 'many-%') AS comments`,
  );
  assert.deepEqual(rows, [{ posts: 2 * count, likes: 0, comments: count }]);
});

test('events of other types are let pass, and a malformed one is not taken for handled', async () => {
  await publisher.publish({ id: randomUUID(), type: 'order.paid', payload: { anything: true } });
  for (const accountId of [undefined, null, 7, 'no-uuid'])
    await assert.rejects(accountDeleted(accountId), /accountId/);
});

async function rowsOf(account: string): Promise<Record<string, number>> {
  const { rows } = await posts.database.query(
    `SELECT (SELECT count(*)::int FROM posts WHERE author_id = $1) AS posts,
       (SELECT count(*)::int FROM comments WHERE author_id = $1) AS comments,
       (SELECT count(*)::int FROM likes WHERE user_id = $1) AS likes`,
    [account],
  );
  return rows[0];
}

/** Resolves when so many connections of the subgraph wait for a lock. */
function lockWaits(count: number): Promise<true> {
  return until(`${count} wait(s) for a lock`, async () => {
    const { rows } = await posts.database.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'posts' AND wait_event_type = 'Lock'
         AND datname = current_database()`,
    );
    return rows.length === count || undefined;
  });
}
