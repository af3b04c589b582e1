import type { ViewerId } from '../../shared/request-context.ts';
import type { DatabaseOrTransaction } from './database.ts';
import { visibleToSql } from './visibility.ts';

/** Which of the posts the viewer likes. */
export async function findLikedPosts(
  database: DatabaseOrTransaction,
  postIds: readonly string[],
  viewerId: ViewerId,
): Promise<Map<string, true>> {
  const likes = await database.like.findMany({
    select: { postId: true },
    where: { userId: viewerId, postId: { in: [...postIds] } },
  });
  return new Map(likes.map(({ postId }) => [postId, true]));
}

/** Adds a like unless it is there, or the viewer can't see the post. */
export async function insertLike(
  database: DatabaseOrTransaction,
  postId: string,
  viewerId: ViewerId,
): Promise<void> {
  // With the lock, a post that is being deleted is gone when we get it; without, its foreign key would fail us.
  await database.$executeRaw`
    INSERT INTO likes (post_id, user_id)
    SELECT posts.id, ${viewerId}::uuid FROM posts
    WHERE posts.id = ${postId}::uuid AND ${visibleToSql(viewerId)}
    FOR KEY SHARE
    ON CONFLICT DO NOTHING`;
}

/** Removes a like if it is there. */
export async function deleteLike(
  database: DatabaseOrTransaction,
  postId: string,
  viewerId: ViewerId,
): Promise<void> {
  await database.like.deleteMany({ where: { postId, userId: viewerId } });
}
