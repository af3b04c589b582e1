import { Prisma } from '../../../prisma/posts/client/client.ts';
import type { NamedReads } from '../../shared/named-reads.ts';
import type { ViewerId } from '../../shared/request-context.ts';
import { allColumns, type Columns, createRowColumns } from '../../shared/row-columns.ts';
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

/** The columns of a {@link PostRow}, for statements on `posts`. */
export const postColumns = createRowColumns<keyof PostRow>({
  columns: {
    id: 'posts.id',
    authorId: 'posts.author_id',
    slug: 'posts.slug',
    title: 'posts.title',
    body: 'posts.body',
    status: 'posts.status',
    version: 'posts.version',
    createdAt: 'posts.created_at',
    updatedAt: 'posts.updated_at',
    publishedAt: 'posts.published_at',
  },
  always: ['id'],
  type: 'Post',
  neededBy: {
    'Post.author': ['authorId'],
    'Post.excerpt': ['body'],
    // The cursors.
    'PostConnection.edges': ['publishedAt'],
    'PostConnection.pageInfo': ['publishedAt'],
  },
});

/** The published posts with these ids, by id. */
export async function findPublicPosts(
  reads: NamedReads,
  ids: readonly string[],
  columns: Columns = allColumns,
): Promise<Map<string, PostRow>> {
  const posts = await reads.read<PostRow>(Prisma.sql`
    SELECT ${postColumns.toSql(columns)} FROM posts WHERE posts.id = ANY (${ids}::uuid[]) AND posts.status = 'published'`);
  return new Map(posts.map((post) => [post.id, post]));
}

/** The published posts with these slugs, by slug. */
export async function findPublicPostsBySlug(
  reads: NamedReads,
  slugs: readonly string[],
  columns: Columns = allColumns,
): Promise<Map<string, PostRow>> {
  const posts = await reads.read<PostRow & { key: string }>(Prisma.sql`
    SELECT ${postColumns.toSql(columns)}, posts.slug AS key FROM posts
    WHERE posts.slug = ANY (${slugs}::text[]) AND posts.status = 'published'`);
  return new Map(posts.map(({ key, ...post }) => [key, post]));
}

/** The posts with these ids that the viewer may see, by id. */
export async function findVisiblePosts(
  database: DatabaseOrTransaction,
  ids: readonly string[],
  viewerId: ViewerId,
): Promise<Map<string, PostRow>> {
  const posts = await database.post.findMany({ where: { id: { in: [...ids] }, ...visibleTo(viewerId) } });
  return new Map(posts.map((post) => [post.id, post]));
}

/** The posts with these slugs that the viewer may see, by slug. */
export async function findVisiblePostsBySlug(
  database: DatabaseOrTransaction,
  slugs: readonly string[],
  viewerId: ViewerId,
): Promise<Map<string, PostRow>> {
  const posts = await database.post.findMany({
    where: { slug: { in: [...slugs] }, ...visibleTo(viewerId) },
  });
  return new Map(posts.map((post) => [post.slug, post]));
}
