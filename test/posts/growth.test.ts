import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Pool } from 'pg';
import type { Prisma } from '../../prisma/posts/client/client.ts';
import { findCommentsOfPosts } from '../../subgraphs/posts/data/comments.ts';
import {
  createDatabase,
  type Database,
  type DatabaseOrTransaction,
} from '../../subgraphs/posts/data/database.ts';
import {
  findFeed,
  findPublishedPosts,
  findPublishedPostsOfAuthors,
  findPublishedPostsOfTags,
} from '../../subgraphs/posts/data/post-lists.ts';
import type { NamedReads } from '../../subgraphs/shared/named-reads.ts';
import type { Key, Page } from '../../subgraphs/shared/page.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { type Cost, costOfRead, costOf as costOfStatement } from '../support/plans.ts';
import { until } from '../support/poll.ts';
import { createTestPool } from '../support/pools.ts';
import { quietRetries } from '../support/write-retries.ts';

/**
 * What lists cost when they are long and unequal: 200 000 posts (or as many as are asked for) of one author and with one tag, and
 * 50 000 comments on one post, beside 5 000 authors of two posts each.
 */
const manyPosts = Number(process.env.GROWTH_POSTS ?? 200_000);
const manyComments = 50_000;

let testDatabase: TestDatabase;
let pool: Pool;
let database: Database;
const prolific = randomUUID();
let others: string[];
let commented: string;

before(async () => {
  testDatabase = await freshDatabase('posts');
  pool = createTestPool(testDatabase.url, 2);
  database = createDatabase(pool, quietRetries());
  // Triggers off, for the sake of time: they write nothing that is read here, but for the date of tags, given below.
  await pool.query(`
    SET session_replication_role = replica;
    INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
      SELECT gen_random_uuid(), '${prolific}', 'many-' || n, 'T', 'B', 'published',
        timestamptz '2020-01-01' + n * interval '1 minute'
      FROM generate_series(1, ${manyPosts}) AS n;
    INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
      SELECT gen_random_uuid(), md5('author' || n % 5000)::uuid, 'few-' || n, 'T', 'B', 'published',
        timestamptz '2020-01-01' + n * interval '20 minutes'
      FROM generate_series(1, 10000) AS n;
    INSERT INTO tags VALUES ('many'), ('few');
    INSERT INTO post_tags (post_id, tag, position, published_at)
      SELECT id, split_part(slug, '-', 1), 0, published_at FROM posts;
    INSERT INTO comments (id, post_id, author_id, body)
      SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
        (SELECT id FROM posts WHERE slug = 'few-1'), '${prolific}', 'C' FROM generate_series(1, ${manyComments}) AS n;
    INSERT INTO comments (id, post_id, author_id, body)
      SELECT gen_random_uuid(), id, author_id, 'C' FROM posts WHERE slug LIKE 'few-%';
    RESET session_replication_role`);
  for (const table of ['posts', 'post_tags', 'comments']) await vacuum(table);
  const authors = await pool.query<{ author: string }>(
    `SELECT DISTINCT author_id AS author FROM posts WHERE slug LIKE 'few-%' LIMIT 50`,
  );
  others = authors.rows.map(({ author }) => author);
  const post = await pool.query<{ id: string }>(`SELECT id FROM posts WHERE slug = 'few-1'`);
  commented = post.rows[0]?.id ?? '';
});
after(async () => {
  await database.$disconnect();
  await pool.end();
  await testDatabase[Symbol.asyncDispose]();
});

/** As autovacuum does in time. Rows that it might still see, when it is at work itself, aren't visible to all: so until they are. */
async function vacuum(table: string): Promise<void> {
  await until(`all of ${table} being visible`, async () => {
    await pool.query(`VACUUM ANALYZE ${table}`);
    const { rows } = await pool.query<{ done: boolean }>(
      'SELECT relallvisible = relpages AS done FROM pg_class WHERE relname = $1',
      [table],
    );
    return rows[0]?.done || undefined;
  });
}

/** What the one statement cost that `read` sends through Prisma. */
async function costThroughPrisma(read: (database: DatabaseOrTransaction) => Promise<unknown>): Promise<Cost> {
  const costs: Cost[] = [];
  const explaining = database.$extends({
    query: {
      async $queryRaw({ args, query }) {
        const { text, values } = args as Prisma.Sql;
        costs.push(await costOfStatement(pool, text, values));
        return query(args);
      },
    },
  });
  await read(explaining as unknown as DatabaseOrTransaction); // An extended client lacks `$on`, which no read uses.
  const [cost] = costs;
  assert(cost !== undefined && costs.length === 1);
  return cost;
}

const first = (size: number, after: Key | null = null): Page => ({
  size,
  direction: 'forward',
  after,
  before: null,
});
const last = (size: number, before: Key | null = null): Page => ({
  size,
  direction: 'backward',
  after: null,
  before,
});

/** How to read a page, and what that costs. */
type Measure = (page: Page) => Promise<Cost>;
const throughPrisma =
  (read: (database: DatabaseOrTransaction, page: Page) => Promise<unknown>): Measure =>
  (page) =>
    costThroughPrisma((db) => read(db, page));
const byName =
  (read: (reads: NamedReads, page: Page) => Promise<unknown>): Measure =>
  (page) =>
    costOfRead(pool, (reads) => read(reads, page));

const none = { authorId: null, tag: null, search: null };

/** Each list, and a statement for the sort keys of all its rows, in its order. */
const lists: Record<string, { costOf: Measure; keys: string }> = {
  'posts of one who has written very many': {
    costOf: byName((reads, page) => findPublishedPostsOfAuthors(reads, [prolific], page)),
    keys: `SELECT published_at, id FROM posts WHERE slug LIKE 'many-%' ORDER BY published_at DESC, id DESC`,
  },
  'posts of one who has written very many and of 50 others': {
    costOf: byName((reads, page) => findPublishedPostsOfAuthors(reads, [prolific, ...others], page)),
    keys: `SELECT published_at, id FROM posts WHERE slug LIKE 'many-%' ORDER BY published_at DESC, id DESC`,
  },
  'all posts': {
    costOf: throughPrisma((db, page) => findPublishedPosts(db, none, page)),
    keys: 'SELECT published_at, id FROM posts ORDER BY published_at DESC, id DESC',
  },
  'all posts, narrowed to an author': {
    costOf: throughPrisma((db, page) => findPublishedPosts(db, { ...none, authorId: prolific }, page)),
    keys: `SELECT published_at, id FROM posts WHERE slug LIKE 'many-%' ORDER BY published_at DESC, id DESC`,
  },
  'all posts, narrowed to a tag': {
    costOf: throughPrisma((db, page) => findPublishedPosts(db, { ...none, tag: 'many' }, page)),
    keys: `SELECT published_at, id FROM posts WHERE slug LIKE 'many-%' ORDER BY published_at DESC, id DESC`,
  },
  'posts with two tags': {
    costOf: byName((reads, page) => findPublishedPostsOfTags(reads, ['many', 'few'], page)),
    keys: `SELECT published_at, id FROM posts WHERE slug LIKE 'many-%' ORDER BY published_at DESC, id DESC`,
  },
  'a feed': {
    costOf: throughPrisma((db, page) => findFeed(db, [prolific, ...others], page)),
    keys: 'SELECT published_at, id FROM posts ORDER BY published_at DESC, id DESC',
  },
  'comments on a post that has very many': {
    costOf: byName((reads, page) => findCommentsOfPosts(reads, [commented], page)),
    keys: `SELECT id FROM comments WHERE id < '00000000-0000-7000-8000-ffffffffffff' ORDER BY id`,
  },
};

/** The sort key of the list's row that so many others come before. */
async function keyAt(keys: string, offset: number): Promise<Key> {
  const { rows } = await pool.query<{ published_at?: Date; id: string }>(`${keys} OFFSET ${offset} LIMIT 1`);
  const [row] = rows;
  assert(row !== undefined);
  return row.published_at === undefined ? [row.id] : [row.published_at.toISOString(), row.id];
}

for (const [name, { costOf, keys }] of Object.entries(lists)) {
  test(`${name}: a page reads the rows it returns, from either end`, async () => {
    for (const page of [first(5), first(100), last(5)]) {
      const cost = await costOf(page);
      assert(cost.rowsReturned > 0);
      assert(cost.rowsRead <= 1.2 * cost.rowsReturned, JSON.stringify({ page, cost }));
    }
  });

  test(`${name}: a page at the far end costs what page 1 costs`, async () => {
    const near = await costOf(first(20));
    // Of 200 000 posts, that is page 9 990.
    const length = keys.includes('comments') ? manyComments : manyPosts;
    for (const page of [first(20, await keyAt(keys, length - 200)), last(20, await keyAt(keys, 200))]) {
      const far = await costOf(page);
      assert(far.rowsRead <= 1.2 * far.rowsReturned, JSON.stringify({ near, far }));
      // Indexes have a root and inner pages; a list begins or ends in the middle of one.
      assert(far.buffers <= 1.2 * near.buffers + 8, JSON.stringify({ near, far }));
    }
  });
}
