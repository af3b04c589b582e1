import { Prisma } from '../../../prisma/posts/client/client.ts';
import { isKeyOf, type Keyset, orderAndLimit, orderBy, withinPage } from '../../shared/keyset.ts';
import type { NamedReads } from '../../shared/named-reads.ts';
import type { Key, Page } from '../../shared/page.ts';
import type { ViewerId } from '../../shared/request-context.ts';
import { allColumns, type Columns, createRowColumns } from '../../shared/row-columns.ts';
import type { ChildRow } from '../../shared/shared-reads.ts';
import type { DatabaseOrTransaction } from './database.ts';
import { visibleToSql } from './visibility.ts';

/** A comment as the database has it. */
export interface CommentRow {
  readonly id: string;
  readonly postId: string;
  /** Null when the account is gone. */
  readonly authorId: string | null;
  readonly body: string;
  readonly createdAt: Date;
}

/** By creation, which is the order of ids. */
const oldestFirst: Keyset = { columns: [{ name: 'comments.id', type: 'uuid' }], order: 'asc' };

export const isCommentKey = isKeyOf(oldestFirst);

export function commentKey(comment: CommentRow): Key {
  return [comment.id];
}

export const commentColumns = createRowColumns<keyof CommentRow>({
  columns: {
    id: 'comments.id',
    postId: 'comments.post_id',
    authorId: 'comments.author_id',
    body: 'comments.body',
    createdAt: 'comments.created_at',
  },
  always: ['id'],
  type: 'Comment',
  neededBy: { 'Comment.author': ['authorId'], 'Comment.post': ['postId'] },
});

/** What there is under a comment's id, for one viewer or for everybody. */
export interface FoundComment {
  readonly postId: string;
  /** Null when the viewer may not see its post. */
  readonly visible: CommentRow | null;
}

/** The comments with these ids, by id; also that there is one which the viewer may not see. */
export async function findComments(
  database: DatabaseOrTransaction,
  ids: readonly string[],
  viewerId: ViewerId,
): Promise<Map<string, FoundComment>> {
  return found(await database.$queryRaw<FoundRow[]>(commentsWithIds(ids, viewerId)));
}

/** The same for everybody: those on published posts. */
export async function findPublicComments(
  reads: NamedReads,
  ids: readonly string[],
): Promise<Map<string, FoundComment>> {
  return found(await reads.read<FoundRow>(commentsWithIds(ids, null)));
}

type FoundRow = CommentRow & { readonly isVisible: boolean };

function commentsWithIds(ids: readonly string[], viewerId: ViewerId | null): Prisma.Sql {
  return Prisma.sql`
    SELECT ${commentColumns.all}, ${visibleToSql(viewerId)} IS TRUE AS "isVisible"
    FROM comments JOIN posts ON posts.id = comments.post_id
    WHERE comments.id = ANY (${ids}::uuid[])`;
}

function found(rows: readonly FoundRow[]): Map<string, FoundComment> {
  return new Map(
    rows.map(({ isVisible, ...comment }) => [
      comment.id,
      { postId: comment.postId, visible: isVisible ? comment : null },
    ]),
  );
}

/** The same page of each post's comments. Whoever asks has seen the posts. */
export function findCommentsOfPosts(
  reads: NamedReads,
  postIds: readonly string[],
  page: Page,
  columns: Columns = allColumns,
): Promise<(CommentRow & ChildRow)[]> {
  return reads.read(Prisma.sql`
    SELECT parents.parent, ${commentColumns.toSql(columns)}
    FROM unnest(${postIds}::uuid[]) AS parents (parent)
    CROSS JOIN LATERAL (
      SELECT * FROM comments
      WHERE comments.post_id = parents.parent AND ${withinPage(oldestFirst, page)}
      ${orderAndLimit(oldestFirst, page)}
    ) AS comments
    ${orderBy(oldestFirst, page)}`);
}

/** Adds a comment; null, and nothing written, when the viewer can't see the post. */
export async function insertComment(
  database: DatabaseOrTransaction,
  comment: { id: string; postId: string; body: string },
  viewerId: ViewerId,
): Promise<CommentRow | null> {
  // The lock is for a post that is being deleted, as for likes.
  const [inserted] = await database.$queryRaw<CommentRow[]>`
    INSERT INTO comments (id, post_id, author_id, body)
    SELECT ${comment.id}::uuid, posts.id, ${viewerId}::uuid, ${comment.body} FROM posts
    WHERE posts.id = ${comment.postId}::uuid AND ${visibleToSql(viewerId)}
    FOR KEY SHARE
    RETURNING ${commentColumns.all}`;
  return inserted ?? null;
}

/**
 * Deletes a comment that is the viewer's, or on a post of the viewer's; the id of its post, or null, and nothing deleted,
 * when there is no such comment among what the viewer may see.
 */
export async function deleteCommentAs(
  database: DatabaseOrTransaction,
  id: string,
  viewerId: ViewerId,
): Promise<string | null> {
  const [deleted] = await database.$queryRaw<{ postId: string }[]>`
    DELETE FROM comments USING posts
    WHERE comments.id = ${id}::uuid AND posts.id = comments.post_id AND ${visibleToSql(viewerId)}
      AND (comments.author_id = ${viewerId}::uuid OR posts.author_id = ${viewerId}::uuid)
    RETURNING comments.post_id AS "postId"`;
  return deleted?.postId ?? null;
}
