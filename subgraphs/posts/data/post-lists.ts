import { Prisma } from '../../../prisma/posts/client/client.ts';
import { isKeyOf, type Keyset, orderAndLimit, orderBy, withinPage } from '../../shared/keyset.ts';
import type { NamedReads } from '../../shared/named-reads.ts';
import type { Key, Page } from '../../shared/page.ts';
import type { ViewerId } from '../../shared/request-context.ts';
import { allColumns, type Columns } from '../../shared/row-columns.ts';
import type { ChildRow } from '../../shared/shared-reads.ts';
import type { DatabaseOrTransaction } from './database.ts';
import { type PostRow, postColumns } from './posts.ts';

/** Published posts are listed by the moment of publication; many may share one (an import, a batch job). */
const latestFirst: Keyset = {
  columns: [
    { name: 'posts.published_at', type: 'timestamptz' },
    { name: 'posts.id', type: 'uuid' },
  ],
  order: 'desc',
};

/** The same order, where an index of `post_tags` gives it. */
const latestFirstOfTag: Keyset = {
  columns: [
    { name: 'post_tags.published_at', type: 'timestamptz' },
    { name: 'post_tags.post_id', type: 'uuid' },
  ],
  order: 'desc',
};

/** Drafts are listed by creation, which is the order of ids: they have no other date that stays. */
const newestFirst: Keyset = { columns: [{ name: 'posts.id', type: 'uuid' }], order: 'desc' };

export const isPublishedPostKey = isKeyOf(latestFirst);
export const isDraftKey = isKeyOf(newestFirst);

export function publishedPostKey(post: PostRow): Key {
  if (post.publishedAt === null) throw new Error('A draft in a list of published posts');
  return [post.publishedAt.toISOString(), post.id];
}

export function draftKey(post: PostRow): Key {
  return [post.id];
}

/** What narrows a list of published posts; null does not. */
export interface PublishedPostFilter {
  readonly authorId: string | null;
  readonly tag: string | null;
  /** In the language of search engines: quotes, OR, a minus. */
  readonly search: string | null;
}

/** A page of published posts. Its rows, like those of every function here, are in the page's direction. */
export function findPublishedPosts(
  database: DatabaseOrTransaction,
  { authorId, tag, search }: PublishedPostFilter,
  page: Page,
): Promise<PostRow[]> {
  const order = tag === null ? latestFirst : latestFirstOfTag;
  const conditions = [Prisma.sql`posts.status = 'published'`, withinPage(order, page)];
  if (tag !== null)
    conditions.push(Prisma.sql`post_tags.tag = ${tag} AND post_tags.published_at IS NOT NULL`);
  if (authorId !== null) conditions.push(Prisma.sql`posts.author_id = ${authorId}::uuid`);
  if (search !== null)
    conditions.push(Prisma.sql`posts.search @@ websearch_to_tsquery('english', ${search})`);
  const source =
    tag === null ? Prisma.sql`posts` : Prisma.sql`post_tags JOIN posts ON posts.id = post_tags.post_id`;
  return database.$queryRaw`
    SELECT ${postColumns.all} FROM ${source} WHERE ${Prisma.join(conditions, ' AND ')} ${orderAndLimit(order, page)}`;
}

/** The same page of each author's published posts. */
export function findPublishedPostsOfAuthors(
  reads: NamedReads,
  authorIds: readonly string[],
  page: Page,
  columns: Columns = allColumns,
): Promise<(PostRow & ChildRow)[]> {
  return reads.read(Prisma.sql`
    SELECT parents.parent, ${postColumns.toSql(columns)}
    FROM unnest(${authorIds}::uuid[]) AS parents (parent)
    CROSS JOIN LATERAL (
      SELECT * FROM posts
      WHERE posts.author_id = parents.parent AND posts.status = 'published' AND ${withinPage(latestFirst, page)}
      ${orderAndLimit(latestFirst, page)}
    ) AS posts
    ${orderBy(latestFirst, page)}`);
}

/** A page of the viewer's drafts. */
export function findDraftsOf(
  database: DatabaseOrTransaction,
  viewerId: ViewerId,
  page: Page,
): Promise<PostRow[]> {
  return database.$queryRaw`
    SELECT ${postColumns.all} FROM posts
    WHERE posts.author_id = ${viewerId}::uuid AND posts.status = 'draft' AND ${withinPage(newestFirst, page)}
    ${orderAndLimit(newestFirst, page)}`;
}

/** The same page of each tag's published posts. */
export function findPublishedPostsOfTags(
  reads: NamedReads,
  tags: readonly string[],
  page: Page,
  columns: Columns = allColumns,
): Promise<(PostRow & ChildRow)[]> {
  // By its LIMIT 1, each post is looked up for its tag. Joined, all of them would be: the plan is made for any page, and the
  // planner takes that for a tenth of all that have the tag.
  return reads.read(Prisma.sql`
    SELECT parents.parent, ${postColumns.toSql(columns)}
    FROM unnest(${tags}::text[]) AS parents (parent)
    CROSS JOIN LATERAL (
      SELECT post_tags.post_id FROM post_tags
      WHERE post_tags.tag = parents.parent AND post_tags.published_at IS NOT NULL
        AND ${withinPage(latestFirstOfTag, page)}
      ${orderAndLimit(latestFirstOfTag, page)}
    ) AS picked
    CROSS JOIN LATERAL (SELECT * FROM posts WHERE posts.id = picked.post_id LIMIT 1) AS posts
    ${orderBy(latestFirst, page)}`);
}

/** A page of what these authors have published, merged. Of none of them, more than a page is read. */
export function findFeed(
  database: DatabaseOrTransaction,
  authorIds: readonly string[],
  page: Page,
): Promise<PostRow[]> {
  // Ids are picked first and rows fetched for them. The planner guesses that an author has as many posts as the average one, and
  // would rather fetch and sort them all, also where one has 100 000. Ids alone it takes from the index, in order, as soon
  // as the table is vacuumed.
  return database.$queryRaw`
    SELECT ${postColumns.all}
    FROM (
      SELECT posts.id
      FROM unnest(${authorIds}::uuid[]) AS authors (id)
      CROSS JOIN LATERAL (
        SELECT posts.id, posts.published_at FROM posts
        WHERE posts.author_id = authors.id AND posts.status = 'published' AND ${withinPage(latestFirst, page)}
        ${orderAndLimit(latestFirst, page)}
      ) AS posts
      ${orderAndLimit(latestFirst, page)}
    ) AS picked
    JOIN posts ON posts.id = picked.id
    ${orderBy(latestFirst, page)}`;
}
