import type { ViewerId } from '../../shared/request-context.ts';
import type { Database, DatabaseOrTransaction } from '../data/database.ts';
import { deleteLike, insertLike } from '../data/likes.ts';
import { findVisiblePosts, type PostRow } from '../data/posts.ts';
import { writeAs } from './deleted-accounts.ts';
import { noSuchPost } from './ownership.ts';

/**
 * Makes the viewer like a post.
 *
 * @throws Refusal NOT_FOUND.
 */
export function likePost(database: Database, viewerId: ViewerId, postId: string): Promise<PostRow> {
  return writeAs(database, viewerId, async (transaction) => {
    await insertLike(transaction, postId, viewerId);
    return requireVisiblePost(transaction, viewerId, postId);
  });
}

/**
 * Takes the viewer's like back.
 *
 * @throws Refusal NOT_FOUND, and then the like stays: nothing is known of a post that went out of sight.
 */
export function unlikePost(database: Database, viewerId: ViewerId, postId: string): Promise<PostRow> {
  return writeAs(database, viewerId, async (transaction) => {
    const post = await requireVisiblePost(transaction, viewerId, postId);
    await deleteLike(transaction, postId, viewerId);
    return post;
  });
}

async function requireVisiblePost(
  database: DatabaseOrTransaction,
  viewerId: ViewerId,
  postId: string,
): Promise<PostRow> {
  const post = (await findVisiblePosts(database, [postId], viewerId)).get(postId);
  if (post === undefined) throw noSuchPost('postId');
  return post;
}
