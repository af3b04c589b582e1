import { Client } from 'pg';
import { loadUnindexed } from '../../prisma/seed/bulk-load.ts';
import { personIds } from '../../prisma/seed/people.ts';

/** What triggers are shown at once is kept until the statement ends. */
const rowsPerStatement = 500_000;
/** As many as a page of an author shows. */
const discussedPerAuthor = 5;
const latestMs = Date.UTC(2026, 9, 31);

/**
 * Posts by the million, made by PostgreSQL itself, where the seed would take an hour. They are numbered from the latest to the
 * earliest, a second apart, and authors take turns: whatever the number, the latest are the same. The latest of each author have
 * three comments. A database that has posts is left as it is.
 */
export async function addManyPosts(
  postsUrl: string,
  { users, posts }: { users: number; posts: number },
  say: (message: string) => void,
): Promise<void> {
  const client = new Client({ connectionString: postsUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM posts LIMIT 1');
    if (rowCount !== 0) return;
    say(`making ${posts} posts ...`);
    const authors = personIds(users);
    await client.query('BEGIN');
    // Triggers that count would do so for each statement; here it is done once.
    await client.query(
      `SET LOCAL session_replication_role = replica; SET LOCAL maintenance_work_mem = '1GB'`,
    );
    await client.query(uuidOfMoment);
    await loadUnindexed(client, async () => {
      for (let from = 0; from < posts; from += rowsPerStatement)
        await client.query(insertPosts, [authors, from, Math.min(posts, from + rowsPerStatement) - 1]);
      await client.query(insertComments, [authors, Math.min(posts, users * discussedPerAuthor) - 1]);
      await client.query(count);
    });
    // Nobody has a cache that would have to be told.
    await client.query('TRUNCATE cache_outbox');
    await client.query('COMMIT');
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

/** The sort key of the post with this number. */
export function keyOfManyPost(number: number): readonly [publishedAt: string, id: string] {
  const publishedAt = new Date(latestMs - number * 1_000);
  const hex = publishedAt.getTime().toString(16).padStart(12, '0');
  return [publishedAt.toISOString(), `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`];
}

/** Of version 7; the number tells those of one moment apart. */
const uuidOfMoment = `
  CREATE FUNCTION pg_temp.uuid_of(ms bigint, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
  RETURN (lpad(to_hex(ms), 12, '0') || '70008000' || lpad(to_hex(number), 12, '0'))::uuid`;

const moments = `LATERAL (SELECT ${latestMs} - n * 1000::bigint AS ms) AS moments
  CROSS JOIN LATERAL (SELECT to_timestamp(ms / 1000) AS moment) AS times`;

const insertPosts = `
  INSERT INTO posts (id, author_id, slug, title, body, status, created_at, updated_at, published_at)
  SELECT pg_temp.uuid_of(ms, 0), ($1::uuid[])[1 + n % cardinality($1)], 'post-' || n, 'What was new ' || n % 1000,
    'It was told on a day that had much to tell, and little of it was true.', 'published', moment, moment, moment
  FROM generate_series($2::int, $3::int) AS n CROSS JOIN ${moments}`;

const insertComments = `
  INSERT INTO comments (id, post_id, author_id, body, created_at)
  SELECT pg_temp.uuid_of(ms, k), pg_temp.uuid_of(ms, 0), ($1::uuid[])[1 + (7 * n + k) % cardinality($1)],
    'Let us hear the next one.', moment
  FROM generate_series(0, $2::int) AS n CROSS JOIN generate_series(1, 3) AS k CROSS JOIN ${moments}`;

const count = `
  INSERT INTO author_counters SELECT author_id, count(*) FROM posts GROUP BY author_id;
  INSERT INTO post_counters (post_id, comment_count) SELECT post_id, count(*) FROM comments GROUP BY post_id`;
