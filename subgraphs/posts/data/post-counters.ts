import { Prisma } from '../../../prisma/posts/client/client.ts';
import type { NamedReads } from '../../shared/named-reads.ts';

export interface PostCounters {
  readonly likeCount: number;
  readonly commentCount: number;
}

/** How many likes and comments each post has; a post that never had one is absent. */
export async function findPostCounters(
  reads: NamedReads,
  postIds: readonly string[],
): Promise<Map<string, PostCounters>> {
  const rows = await reads.read<PostCounters & { postId: string }>(Prisma.sql`
    SELECT post_id AS "postId", like_count AS "likeCount", comment_count AS "commentCount"
    FROM post_counters WHERE post_id = ANY (${postIds}::uuid[])`);
  return new Map(rows.map(({ postId, ...counters }) => [postId, counters]));
}
