import type { ViewerId } from '../../shared/request-context.ts';
import { type Refusal, refusal } from '../../shared/user-errors.ts';
import type { DatabaseOrTransaction } from '../data/database.ts';
import { findVisiblePosts, type PostRow } from '../data/posts.ts';

/** Also the answer for somebody else's draft: that it exists is not told. */
export function noSuchPost(field: 'id' | 'postId'): Refusal {
  return refusal('NOT_FOUND', 'There is no such post.', field);
}

/**
 * The viewer's post. Writes are conditional statements; this is asked after one that found nothing to do, for the reason.
 * (Asking first would leave a gap between the question and the write.)
 *
 * @throws Refusal NOT_FOUND or FORBIDDEN.
 */
export async function requireOwnPost(
  database: DatabaseOrTransaction,
  viewerId: ViewerId,
  postId: string,
): Promise<PostRow> {
  const post = (await findVisiblePosts(database, [postId], viewerId)).get(postId);
  if (post === undefined) throw noSuchPost('id');
  if (post.authorId !== viewerId) throw refusal('FORBIDDEN', 'Only its author may change a post.', 'id');
  return post;
}
