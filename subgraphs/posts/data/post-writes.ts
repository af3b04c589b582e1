import type { DatabaseOrTransaction } from './database.ts';
import type { PostRow } from './posts.ts';

/** Writes a draft; null, and nothing written, when the slug is taken. */
export async function insertPost(
  database: DatabaseOrTransaction,
  post: { id: string; authorId: string; slug: string; title: string; body: string },
): Promise<PostRow | null> {
  // ON CONFLICT DO NOTHING, not a caught violation: that would end the transaction we are in.
  const [inserted] = await database.post.createManyAndReturn({
    data: [post],
    skipDuplicates: true,
  });
  return inserted ?? null;
}

/** Edits the author's post if it is still at that version; null, and nothing written, otherwise. */
export async function editPost(
  database: DatabaseOrTransaction,
  which: { id: string; authorId: string; version: number },
  edit: { title?: string; body?: string },
): Promise<PostRow | null> {
  const [edited] = await database.post.updateManyAndReturn({
    where: which,
    data: { ...edit, version: { increment: 1 }, updatedAt: new Date() },
  });
  return edited ?? null;
}

/** Publishes the author's draft; null, and nothing written, when there is no such draft. */
export async function publishDraft(
  database: DatabaseOrTransaction,
  which: { id: string; authorId: string },
): Promise<PostRow | null> {
  const [published] = await database.post.updateManyAndReturn({
    where: { ...which, status: 'draft' },
    data: { status: 'published', publishedAt: new Date() },
  });
  return published ?? null;
}

/** Takes the author's published post back; null, and nothing written, when there is none. */
export async function unpublish(
  database: DatabaseOrTransaction,
  which: { id: string; authorId: string },
): Promise<PostRow | null> {
  const [unpublished] = await database.post.updateManyAndReturn({
    where: { ...which, status: 'published' },
    data: { status: 'draft', publishedAt: null },
  });
  return unpublished ?? null;
}

/** Deletes the author's post and all that hangs on it; whether there was one. */
export async function deletePostOf(
  database: DatabaseOrTransaction,
  which: { id: string; authorId: string },
): Promise<boolean> {
  const { count } = await database.post.deleteMany({ where: which });
  return count > 0;
}
