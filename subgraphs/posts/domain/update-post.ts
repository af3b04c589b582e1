import type { ViewerId } from '../../shared/request-context.ts';
import { createInputCheck, refusal } from '../../shared/user-errors.ts';
import type { Database } from '../data/database.ts';
import { editPost } from '../data/post-writes.ts';
import type { PostRow } from '../data/posts.ts';
import { replaceTags } from '../data/tags.ts';
import { writeAs } from './deleted-accounts.ts';
import { requireOwnPost } from './ownership.ts';
import { checkBody, checkTags, checkTitle, distinctTags, trimmedTitle } from './post-rules.ts';

/** Null leaves a field as it is. */
export interface PostEdit {
  readonly title: string | null;
  readonly body: string | null;
  readonly tags: readonly string[] | null;
}

/**
 * Edits a post of the viewer's, on the condition that nobody has since the version that the viewer read.
 *
 * @throws Refusal INVALID, NOT_FOUND, FORBIDDEN, or CONFLICT after a lost race.
 */
export function updatePost(
  database: Database,
  viewerId: ViewerId,
  which: { id: string; expectedVersion: number },
  { title, body, tags }: PostEdit,
): Promise<PostRow> {
  const check = createInputCheck();
  if (title !== null) checkTitle(check, title);
  if (body !== null) checkBody(check, body);
  if (tags !== null) checkTags(check, tags);
  check.done();

  return writeAs(database, viewerId, async (transaction) => {
    const edited = await editPost(
      transaction,
      { id: which.id, authorId: viewerId, version: which.expectedVersion },
      { ...(title === null ? {} : { title: trimmedTitle(title) }), ...(body === null ? {} : { body }) },
    );
    if (edited === null) {
      await requireOwnPost(transaction, viewerId, which.id);
      throw refusal('CONFLICT', 'The post was edited since that version.', 'expectedVersion');
    }
    if (tags !== null) await replaceTags(transaction, edited.id, distinctTags(tags));
    return edited;
  });
}
