import type { Database } from '../data/database.ts';
import { deleteLike, insertLike } from '../data/likes.ts';
import { findVisiblePosts, type PostRow } from '../data/posts.ts';
import { noSuchPost } from './ownership.ts';

/**
 * Makes the viewer like a post.
 *
 * @throws Refusal NOT_FOUND.
 */
export async function likePost(database: Database, viewerId: string, postId: string): Promise<PostRow> {
  await insertLike(database, postId, viewerId);
  return requireVisiblePost(database, viewerId, postId);
}

/**
 * Takes the viewer's like back.
 *
 * @throws Refusal NOT_FOUND, and then the like stays: nothing is known of a post that went out of sight.
 */
export async function unlikePost(database: Database, viewerId: string, postId: string): Promise<PostRow> {
  const post = await requireVisiblePost(database, viewerId, postId);
  await deleteLike(database, postId, viewerId);
  return post;
}

async function requireVisiblePost(database: Database, viewerId: string, postId: string): Promise<PostRow> {
  const post = (await findVisiblePosts(database, [postId], viewerId)).get(postId);
  if (post === undefined) throw noSuchPost('postId');
  return post;
}
