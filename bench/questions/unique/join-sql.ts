import { titleOf } from './documents.ts';

// The text of the answer is put together by PostgreSQL, piece by piece: neither side builds, checks or writes a tree.
const join = (operation: string) => `
  SELECT users.id, '{"name":' || to_json(users.name) || ',"posts":{"nodes":[' || coalesce(page.nodes, '') || ']}}' AS answer
  FROM users
  CROSS JOIN LATERAL (
    SELECT string_agg(
      '{"${titleOf(operation)}":' || to_json(posts.title) || ',"comments":{"nodes":[' || coalesce(replies.nodes, '') || ']}}',
      ',' ORDER BY posts.published_at DESC, posts.id DESC) AS nodes
    FROM (
      SELECT id, title, published_at FROM posts
      WHERE author_id = users.id AND status = 'published'
      ORDER BY published_at DESC, id DESC LIMIT 5
    ) AS posts
    CROSS JOIN LATERAL (
      SELECT string_agg(
        '{"body":' || to_json(comments.body) ||
        ',"author":' || CASE WHEN authors.id IS NULL THEN 'null' ELSE '{"name":' || to_json(authors.name) || '}' END || '}',
        ',' ORDER BY comments.id) AS nodes
      FROM (
        SELECT id, body, author_id FROM comments WHERE post_id = posts.id ORDER BY id LIMIT 3
      ) AS comments
      LEFT JOIN users AS authors ON authors.id = comments.author_id
    ) AS replies
  ) AS page`;

/** What `user` is for one id, as JSON text. */
export function joinOf(operation: string): string {
  return `${join(operation)} WHERE users.id = $1`;
}

/** The same for many ids. */
export function joinOfMany(operation: string): string {
  return `${join(operation)} WHERE users.id = ANY ($1::uuid[])`;
}
