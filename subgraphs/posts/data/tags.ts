import { Prisma } from '../../../prisma/posts/client/client.ts';
import { isKeyOf, type Keyset, orderAndLimit, withinPage } from '../../shared/keyset.ts';
import type { NamedReads } from '../../shared/named-reads.ts';
import type { Key, Page } from '../../shared/page.ts';
import type { DatabaseOrTransaction } from './database.ts';

export interface TagRow {
  readonly name: string;
}

/** The column's collation is "C", so this is the order of bytes: with lower-case letters and digits, the alphabet. */
const alphabetical: Keyset = { columns: [{ name: 'tag', type: 'text' }], order: 'asc' };

export const isTagKey = isKeyOf(alphabetical);

export function tagKey(tag: TagRow): Key {
  return [tag.name];
}

/**
 * A page of the tags that begin with the prefix. Only tags of published posts: a tag of a draft may be what its author
 * doesn't want to be known yet.
 */
export function findTags(database: DatabaseOrTransaction, prefix: string, page: Page): Promise<TagRow[]> {
  // ^@ takes the prefix as it is: no wildcards to escape.
  return database.$queryRaw`
    SELECT tag AS name FROM tag_counters
    WHERE post_count > 0 AND tag ^@ ${prefix} AND ${withinPage(alphabetical, page)}
    ${orderAndLimit(alphabetical, page)}`;
}

/** The tags of each post, in the order its author gave them. */
export async function findTagsOfPosts(
  reads: NamedReads,
  postIds: readonly string[],
): Promise<Map<string, TagRow[]>> {
  const rows = await reads.read<{ postId: string; name: string }>(Prisma.sql`
    SELECT post_id AS "postId", tag AS name FROM post_tags
    WHERE post_id = ANY (${postIds}::uuid[]) ORDER BY position`);
  const tags = new Map<string, TagRow[]>();
  for (const { postId, name } of rows) {
    const ofPost = tags.get(postId);
    if (ofPost === undefined) tags.set(postId, [{ name }]);
    else ofPost.push({ name });
  }
  return tags;
}

/** How many published posts have each tag; none is absent. */
export async function countPostsOfTags(
  reads: NamedReads,
  tags: readonly string[],
): Promise<Map<string, number>> {
  const rows = await reads.read<{ tag: string; postCount: number }>(Prisma.sql`
    SELECT tag, post_count AS "postCount" FROM tag_counters WHERE tag = ANY (${tags}::text[])`);
  return new Map(rows.map(({ tag, postCount }) => [tag, postCount]));
}

/** Gives a post that has no tags these, in this order. */
export async function insertTags(
  transaction: DatabaseOrTransaction,
  postId: string,
  tags: readonly string[],
): Promise<void> {
  if (tags.length === 0) return;
  // Sorted, so that two writers of the same new tags wait for each other in one direction.
  await transaction.tag.createMany({ data: tags.toSorted().map((name) => ({ name })), skipDuplicates: true });
  await transaction.postTag.createMany({
    data: tags.map((tagName, position) => ({ postId, tagName, position })),
  });
}

/** Gives a post these tags, in this order, instead of those it has. */
export async function replaceTags(
  transaction: DatabaseOrTransaction,
  postId: string,
  tags: readonly string[],
): Promise<void> {
  // Below, the triggers lock the counters of the old tags, then those of the new: two posts that swap tags would wait for
  // each other. So all of them are locked first, in order. The counters of a draft's tags don't change.
  await transaction.$executeRaw`
    SELECT FROM tag_counters
    WHERE (tag = ANY (${tags}::text[]) OR tag IN (SELECT tag FROM post_tags WHERE post_id = ${postId}::uuid))
      AND EXISTS (SELECT FROM posts WHERE id = ${postId}::uuid AND status = 'published')
    ORDER BY tag
    FOR NO KEY UPDATE`;
  await transaction.postTag.deleteMany({ where: { postId } });
  await insertTags(transaction, postId, tags);
}
