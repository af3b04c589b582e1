import type { DatabaseOrTransaction } from './database.ts';

export interface PostCounters {
  readonly likeCount: number;
  readonly commentCount: number;
}

/** How many likes and comments each post has; a post that never had one is absent. */
export async function findPostCounters(
  database: DatabaseOrTransaction,
  postIds: readonly string[],
): Promise<Map<string, PostCounters>> {
  const rows = await database.postCounters.findMany({ where: { postId: { in: [...postIds] } } });
  return new Map(rows.map(({ postId, ...counters }) => [postId, counters]));
}
