import type { ViewerId } from '../../shared/request-context.ts';
import { createInputCheck, hasLength, type Refusal, refusal } from '../../shared/user-errors.ts';
import { type CommentRow, deleteCommentAs, findComments, insertComment } from '../data/comments.ts';
import type { Database } from '../data/database.ts';
import { writeAs } from './deleted-accounts.ts';
import { checkIdempotencyKey, createOnce } from './idempotency.ts';
import { noSuchPost } from './ownership.ts';

/** Also the answer for comments on somebody else's draft. */
export function noSuchComment(): Refusal {
  return refusal('NOT_FOUND', 'There is no such comment.', 'id');
}

/**
 * Comments on a post.
 *
 * @param key makes it safe to call this again: see idempotency.ts.
 * @returns null when the key's comment is gone by now.
 * @throws Refusal INVALID, NOT_FOUND, or CONFLICT at a key that was used otherwise.
 */
export function addComment(
  database: Database,
  viewerId: ViewerId,
  comment: { postId: string; body: string },
  key: string | null,
): Promise<CommentRow | null> {
  const check = createInputCheck();
  check.expect(hasLength(comment.body, 1, 10_000), 'body', 'A comment has 1 to 10000 characters.');
  checkIdempotencyKey(check, key);
  check.done();
  const request = { mutation: 'addComment', key, input: [comment.postId, comment.body] };
  return createOnce(database, viewerId, request, {
    async create(transaction, id) {
      const added = await insertComment(transaction, { id, ...comment }, viewerId);
      if (added === null) throw noSuchPost('postId');
      return added;
    },
    find: async (transaction, id) =>
      (await findComments(transaction, [id], viewerId)).get(id)?.visible ?? null,
  });
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
