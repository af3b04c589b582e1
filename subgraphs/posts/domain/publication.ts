import type { ViewerId } from '../../shared/request-context.ts';
import type { Database } from '../data/database.ts';
import { deletePostOf, publishDraft, unpublish } from '../data/post-writes.ts';
import type { PostRow } from '../data/posts.ts';
import { writeAs } from './deleted-accounts.ts';
import { requireOwnPost } from './ownership.ts';

/**
 * Shows a draft of the viewer's to everybody; what is published stays as it is, with its date.
 *
 * @throws Refusal NOT_FOUND or FORBIDDEN.
 */
export function publishPost(database: Database, viewerId: ViewerId, postId: string): Promise<PostRow> {
  return writeAs(
    database,
    viewerId,
    async (transaction) =>
      (await publishDraft(transaction, { id: postId, authorId: viewerId })) ??
      requireOwnPost(transaction, viewerId, postId),
  );
}

/**
 * Makes a post of the viewer's a draft; a draft stays one.
 *
 * @throws Refusal NOT_FOUND or FORBIDDEN.
 */
export function unpublishPost(database: Database, viewerId: ViewerId, postId: string): Promise<PostRow> {
  return writeAs(
    database,
    viewerId,
    async (transaction) =>
      (await unpublish(transaction, { id: postId, authorId: viewerId })) ??
      requireOwnPost(transaction, viewerId, postId),
  );
}

/**
 * Deletes a post of the viewer's, comments and likes included.
 *
 * @throws Refusal NOT_FOUND or FORBIDDEN.
 */
export function deletePost(database: Database, viewerId: ViewerId, postId: string): Promise<void> {
  return writeAs(database, viewerId, async (transaction) => {
    if (await deletePostOf(transaction, { id: postId, authorId: viewerId })) return;
    await requireOwnPost(transaction, viewerId, postId);
  });
}
