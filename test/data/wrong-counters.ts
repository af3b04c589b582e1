import type { Client } from 'pg';
import type { Database } from '../../prisma/databases.ts';

/** What the triggers keep beside what counting gives, where the two differ. A counter without a row is zero. */
const comparisons: Record<Database, string[]> = {
  users: [
    `SELECT * FROM (
       SELECT id, coalesce(follower_count, 0) AS kept_followers, coalesce(following_count, 0) AS kept_following,
              (SELECT count(*) FROM follows WHERE followee_id = users.id) AS followers,
              (SELECT count(*) FROM follows WHERE follower_id = users.id) AS following
       FROM users LEFT JOIN user_counters ON user_id = id
     ) AS counters
     WHERE kept_followers <> followers OR kept_following <> following`,
  ],
  posts: [
    `SELECT * FROM (
       SELECT id AS post, coalesce(like_count, 0) AS kept_likes, coalesce(comment_count, 0) AS kept_comments,
              (SELECT count(*) FROM likes WHERE post_id = posts.id) AS likes,
              (SELECT count(*) FROM comments WHERE post_id = posts.id) AS comments
       FROM posts LEFT JOIN post_counters ON post_id = posts.id
     ) AS counters
     WHERE kept_likes <> likes OR kept_comments <> comments`,
    `SELECT * FROM (
       SELECT author_id AS author, coalesce(post_count, 0) AS kept,
              (SELECT count(*) FROM posts WHERE posts.author_id = author.author_id AND status = 'published') AS posts
       FROM (SELECT author_id FROM posts UNION SELECT author_id FROM author_counters) AS author
       LEFT JOIN author_counters USING (author_id)
     ) AS counters
     WHERE kept <> posts`,
    `SELECT * FROM (
       SELECT name AS tag, coalesce(post_count, 0) AS kept,
              (SELECT count(*) FROM post_tags JOIN posts ON id = post_id WHERE tag = name AND status = 'published') AS posts
       FROM tags LEFT JOIN tag_counters ON tag = name
     ) AS counters
     WHERE kept <> posts`,
    `SELECT post_id, tag, post_tags.published_at AS copy, posts.published_at AS original
     FROM post_tags JOIN posts ON id = post_id
     WHERE post_tags.published_at IS DISTINCT FROM posts.published_at`,
  ],
};

export async function wrongCounters(client: Client, database: Database): Promise<unknown[]> {
  const wrong: unknown[] = [];
  for (const comparison of comparisons[database]) wrong.push(...(await client.query(comparison)).rows);
  return wrong;
}
