import { Prisma } from '../../../prisma/posts/client/client.ts';
import type { ViewerId } from '../../shared/request-context.ts';

/**
 * Who may see a post, in the only two spellings there are: everybody if it is published, else its author. Every read
 * by key goes through one of them, so that a draft cannot be had by a forgotten check further up.
 */
export function visibleTo(viewerId: ViewerId): Prisma.PostWhereInput {
  return { OR: [{ status: 'published' }, { authorId: viewerId }] };
}

/** The same as a condition on `posts` in a statement. For nobody (null) it leaves what everybody may see. */
export function visibleToSql(viewerId: ViewerId | null): Prisma.Sql {
  return Prisma.sql`(posts.status = 'published' OR posts.author_id = ${viewerId}::uuid)`;
}
