import type { StatementFor } from '../../systems/hand-written.ts';

/** A page of the viewer's feed, as text that PostgreSQL puts together. */
export const statementFor: StatementFor = ({ operationName, variables: { after }, subject }) => {
  const [publishedAt, id] = JSON.parse(Buffer.from(String(after), 'base64url').toString());
  return { name: operationName, text: feed, values: [subject, publishedAt, id] };
};

const feed = `
  SELECT '{"me":{"feed":{"nodes":[' || string_agg(
      '{"title":' || to_json(title) ||
      ',"publishedAt":"' || to_char(posts.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') ||
      '","author":{"name":' || to_json(name) || '}}',
      ',' ORDER BY posts.published_at DESC, posts.id DESC) || ']}}}' AS data
  FROM (
    SELECT latest.id FROM follows
    CROSS JOIN LATERAL (
      SELECT id, published_at FROM posts
      WHERE author_id = followee_id AND status = 'published' AND (published_at, id) < ($2::timestamptz, $3::uuid)
      ORDER BY published_at DESC, id DESC LIMIT 20
    ) AS latest
    WHERE follower_id = $1::uuid
    ORDER BY latest.published_at DESC, latest.id DESC LIMIT 20
  ) AS picked
  JOIN posts ON posts.id = picked.id
  JOIN users ON users.id = posts.author_id`;
