import type { StatementFor } from '../../systems/hand-written.ts';

/** A page of all posts by keyset, as text that PostgreSQL puts together. */
export const statementFor: StatementFor = ({ operationName, variables: { first, after } }) => {
  const [publishedAt, id] = JSON.parse(Buffer.from(String(after), 'base64url').toString());
  return { name: operationName, text: page, values: [publishedAt, id, first] };
};

const page = `
  SELECT '{"posts":{"nodes":[' || string_agg(
      '{"title":' || to_json(title) ||
      ',"publishedAt":"' || to_char(published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') ||
      '","author":{"name":' || to_json(name) || '}}',
      ',' ORDER BY published_at DESC, id DESC) FILTER (WHERE place <= $3::int) ||
    '],"pageInfo":{"hasNextPage":' || (count(*) > $3::int) || '}}}' AS data
  FROM (
    SELECT posts.id, title, published_at, users.name, row_number() OVER (ORDER BY published_at DESC, posts.id DESC) AS place
    FROM (
      SELECT id, title, published_at, author_id FROM posts
      WHERE status = 'published' AND (published_at, id) < ($1::timestamptz, $2::uuid)
      ORDER BY published_at DESC, id DESC LIMIT $3::int + 1
    ) AS posts
    JOIN users ON users.id = posts.author_id
  ) AS page`;
