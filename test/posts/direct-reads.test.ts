import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Pool } from 'pg';
import { countPostsOfAuthors } from '../../subgraphs/posts/data/authors.ts';
import { findCommentsOfPosts, findPublicComments } from '../../subgraphs/posts/data/comments.ts';
import { createDatabase, type Database } from '../../subgraphs/posts/data/database.ts';
import { findPostCounters } from '../../subgraphs/posts/data/post-counters.ts';
import {
  findPublishedPostsOfAuthors,
  findPublishedPostsOfTags,
} from '../../subgraphs/posts/data/post-lists.ts';
import { findPublicPosts, findPublicPostsBySlug } from '../../subgraphs/posts/data/posts.ts';
import { countPostsOfTags, findTagsOfPosts } from '../../subgraphs/posts/data/tags.ts';
import { createNamedReads, type NamedReads } from '../../subgraphs/shared/named-reads.ts';
import type { Page } from '../../subgraphs/shared/page.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { createTestPool } from '../support/pools.ts';
import { quietRetries } from '../support/write-retries.ts';

/** What is read past Prisma is what Prisma would have read. */

let testDatabase: TestDatabase;
let pool: Pool;
let database: Database;
let reads: NamedReads;
let authors: string[];

before(async () => {
  testDatabase = await freshDatabase('posts');
  // As on the connections of the subgraph: Prisma takes every time for UTC.
  pool = createTestPool(`${testDatabase.url}?options=-c%20TimeZone=UTC`, 2);
  database = createDatabase(pool, quietRetries());
  reads = createNamedReads(pool);
  authors = Array.from({ length: 3 }, () => randomUUID());
  await pool.query(
    `INSERT INTO posts (id, author_id, slug, title, body, status, published_at, created_at, version)
     SELECT gen_random_uuid(), author, 'post-' || n || '-' || nth, 'T ' || nth, E'B \\' " {} \\n ü', CASE WHEN nth % 5 = 0 THEN 'draft' ELSE 'published' END::post_status,
       CASE WHEN nth % 5 = 0 THEN NULL ELSE timestamptz '2026-01-01 00:00:00.12' + nth / 2 * interval '1 day' END,
       timestamptz '2025-12-31 23:59:59.999' + nth * interval '1 ms', nth
     FROM unnest($1::uuid[]) WITH ORDINALITY AS t (author, n), generate_series(1, 20) AS nth`,
    [authors],
  );
  await pool.query(`
    INSERT INTO tags VALUES ('one'), ('two'), ('three');
    INSERT INTO post_tags (post_id, tag, position)
      SELECT id, name, (version * length(name) + 2 * ascii(name)) % 7 FROM posts, tags WHERE version % 3 < 2;
    INSERT INTO comments (id, post_id, author_id, body, created_at)
      SELECT gen_random_uuid(), id, author_id, 'C' || nth, timestamptz '2026-02-01 00:00:00.5' FROM posts, generate_series(1, 4) AS nth;
    INSERT INTO likes (post_id, user_id) SELECT id, author_id FROM posts WHERE version % 2 = 0;
    UPDATE comments SET author_id = NULL WHERE body = 'C4'; UPDATE posts SET author_id = NULL WHERE version = 7`);
});
after(async () => {
  await database.$disconnect();
  await pool.end();
  await testDatabase[Symbol.asyncDispose]();
});

/** Of all rows, and of one that there isn't. */
async function ids(table: 'posts' | 'comments'): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(`SELECT id FROM ${table}`);
  return [...rows.map(({ id }) => id), randomUUID()];
}

function byKey<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row> {
  return new Map(rows.map((row) => [keyOf(row), row]));
}

test('posts by id and by slug', async () => {
  const expected = await database.post.findMany({ where: { status: 'published' } });
  assert.equal(expected.length, 48);
  assert.deepEqual(
    await findPublicPosts(reads, await ids('posts')),
    byKey(expected, ({ id }) => id),
  );
  const all = await database.post.findMany({ select: { slug: true } });
  assert.deepEqual(
    await findPublicPostsBySlug(reads, ['none', ...all.map(({ slug }) => slug)]),
    byKey(expected, ({ slug }) => slug),
  );
});

test('comments by id', async () => {
  const rows = await database.comment.findMany({ include: { post: true } });
  const expected = rows.map(({ post, ...comment }) => ({
    postId: post.id,
    visible: post.status === 'published' ? comment : null,
  }));
  assert.deepEqual(
    await findPublicComments(reads, await ids('comments')),
    new Map(rows.map(({ id }, index) => [id, expected[index]])),
  );
});

test('counters and tags', async () => {
  const postIds = await ids('posts');
  const counters = await database.postCounters.findMany();
  const found = await findPostCounters(reads, postIds);
  assert.deepEqual(found, new Map(counters.map(({ postId, ...ofPost }) => [postId, ofPost])));
  const tagged = await database.postTag.findMany({ orderBy: { position: 'asc' } });
  assert(tagged.length > 0);
  assert.deepEqual(
    await findTagsOfPosts(reads, postIds),
    new Map(
      [...Map.groupBy(tagged, ({ postId }) => postId)].map(([postId, tags]) => [
        postId,
        tags.map(({ tagName }) => ({ name: tagName })),
      ]),
    ),
  );
  const ofTags = await database.tagCounters.findMany();
  assert.deepEqual(
    await countPostsOfTags(reads, ['one', 'two', 'three', 'four']),
    new Map(ofTags.map(({ tagName, postCount }) => [tagName, postCount])),
  );
  const ofAuthors = await database.authorCounters.findMany();
  assert.deepEqual(
    await countPostsOfAuthors(reads, [...authors, randomUUID()]),
    new Map(ofAuthors.map(({ authorId, postCount }) => [authorId, postCount])),
  );
});

const pages: Page[] = [
  { size: 3, direction: 'forward', after: null, before: null },
  { size: 4, direction: 'backward', after: null, before: null },
];

test('pages of posts and comments, from either end', async () => {
  for (const page of pages) {
    const order = page.direction === 'forward' ? 'desc' : 'asc';
    const opposite = page.direction === 'forward' ? 'asc' : 'desc';
    const take = page.size + 1;
    const latest = [{ publishedAt: order }, { id: order }] as const;
    for (const parent of authors) {
      const rows = await database.post.findMany({
        where: { authorId: parent, status: 'published' },
        orderBy: [...latest],
        take,
      });
      const found = await findPublishedPostsOfAuthors(reads, authors, page);
      assert.deepEqual(
        found.filter((row) => row.parent === parent),
        rows.map((row) => ({ parent, ...row })),
      );
    }
    for (const parent of ['one', 'three']) {
      const rows = await database.post.findMany({
        where: { tags: { some: { tagName: parent } }, status: 'published' },
        orderBy: [...latest],
        take,
      });
      const found = await findPublishedPostsOfTags(reads, ['one', 'two', 'three'], page);
      assert.deepEqual(
        found.filter((row) => row.parent === parent),
        rows.map((row) => ({ parent, ...row })),
      );
    }
    const posts = await ids('posts');
    for (const parent of posts.slice(0, 3)) {
      const rows = await database.comment.findMany({
        where: { postId: parent },
        orderBy: { id: opposite },
        take,
      });
      const found = await findCommentsOfPosts(reads, posts, page);
      assert.deepEqual(
        found.filter((row) => row.parent === parent),
        rows.map((row) => ({ parent, ...row })),
      );
    }
  }
});
