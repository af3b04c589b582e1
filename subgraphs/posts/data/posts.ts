import type { ViewerId } from '../../shared/request-context.ts';
import type { DatabaseOrTransaction } from './database.ts';
import { visibleTo } from './visibility.ts';

/** A post as the database has it. */
export interface PostRow {
  readonly id: string;
  /** Null when the account is gone. */
  readonly authorId: string | null;
  readonly slug: string;
  readonly title: string;
  readonly body: string;
  readonly status: 'draft' | 'published';
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Null for a draft, and only then. */
  readonly publishedAt: Date | null;
}

/** The posts with these ids that the viewer may see, by id. */
export async function findVisiblePosts(
  database: DatabaseOrTransaction,
  ids: readonly string[],
  viewerId: ViewerId | null,
): Promise<Map<string, PostRow>> {
  const posts = await database.post.findMany({ where: { id: { in: [...ids] }, ...visibleTo(viewerId) } });
  return new Map(posts.map((post) => [post.id, post]));
}

/** The posts with these slugs that the viewer may see, by slug. */
export async function findVisiblePostsBySlug(
  database: DatabaseOrTransaction,
  slugs: readonly string[],
  viewerId: ViewerId | null,
): Promise<Map<string, PostRow>> {
  const posts = await database.post.findMany({
    where: { slug: { in: [...slugs] }, ...visibleTo(viewerId) },
  });
  return new Map(posts.map((post) => [post.slug, post]));
}
