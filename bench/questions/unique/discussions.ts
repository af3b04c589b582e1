import { Client } from 'pg';

/** What all of these comments begin with: no seeded one does. */
const beginning = 'To be discussed: ';

/**
 * Three more comments, by as many accounts, for what each author published last: the seed's posts have one on average, and
 * pages that show hardly any say little about what a page costs. The same each time, and all of them or none.
 */
export async function addDiscussions(postsUrl: string): Promise<void> {
  const client = new Client({ connectionString: postsUrl });
  await client.connect();
  try {
    await client.query(
      `WITH authors AS MATERIALIZED (
         SELECT author_id AS id, row_number() OVER (ORDER BY author_id) AS place
         FROM posts WHERE author_id IS NOT NULL GROUP BY author_id
       ), numbers AS (SELECT count(*) AS authors FROM authors)
       INSERT INTO comments (id, post_id, author_id, body, created_at)
       SELECT md5(latest.id || '-' || n)::uuid, latest.id, others.id, $1 || left(latest.title, 40), latest.published_at
       FROM authors CROSS JOIN numbers
       CROSS JOIN LATERAL (
         SELECT id, title, published_at FROM posts
         WHERE author_id = authors.id AND status = 'published' ORDER BY published_at DESC, id DESC LIMIT 5
       ) AS latest
       CROSS JOIN generate_series(1, 3) AS n
       JOIN authors AS others
         ON others.place = 1 + abs(hashtextextended(latest.id::text, n)) % numbers.authors
       WHERE NOT EXISTS (SELECT FROM comments WHERE starts_with(body, $1))`,
      [beginning],
    );
    // Nobody has a cache that would have to be told.
    await client.query('TRUNCATE cache_outbox');
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}
