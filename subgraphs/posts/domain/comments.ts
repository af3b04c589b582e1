import type { ViewerId } from '../../shared/request-context.ts';
import { createInputCheck, hasLength, type Refusal, refusal } from '../../shared/user-errors.ts';
import { type CommentRow, deleteCommentAs, findComments, insertComment } from '../data/comments.ts';
import type { Database } from '../data/database.ts';
import { writeAs } from './deleted-accounts.ts';
import { noSuchPost } from './ownership.ts';

/** Also the answer for comments on somebody else's draft. */
export function noSuchComment(): Refusal {
  return refusal('NOT_FOUND', 'There is no such comment.', 'id');
}

/**
 * Comments on a post.
 *
 * @throws Refusal INVALID or NOT_FOUND.
 */
export async function addComment(
  database: Database,
  viewerId: ViewerId,
  comment: { postId: string; body: string },
): Promise<CommentRow> {
  const check = createInputCheck();
  check.expect(hasLength(comment.body, 1, 10_000), 'body', 'A comment has 1 to 10000 characters.');
  check.done();
  const added = await writeAs(database, viewerId, (transaction) =>
    insertComment(transaction, comment, viewerId),
  );
  if (added === null) throw noSuchPost('postId');
  return added;
}

/**
 * Deletes a comment of the viewer's, or one on a post of the viewer's.
 *
 * @returns the id of the post it was said to.
 * @throws Refusal NOT_FOUND or FORBIDDEN.
 */
export function deleteComment(database: Database, viewerId: ViewerId, commentId: string): Promise<string> {
  return writeAs(database, viewerId, async (transaction) => {
    const postId = await deleteCommentAs(transaction, commentId, viewerId);
    if (postId !== null) return postId;
    const found = (await findComments(transaction, [commentId], viewerId)).get(commentId);
    if (!found?.visible) throw noSuchComment();
    throw refusal('FORBIDDEN', 'Only its author and the author of the post may delete a comment.', 'id');
  });
}
