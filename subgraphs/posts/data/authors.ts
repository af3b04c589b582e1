import { Prisma } from '../../../prisma/posts/client/client.ts';
import type { NamedReads } from '../../shared/named-reads.ts';

/** An account, as far as this subgraph knows it. Whether there is one, another subgraph knows. */
export interface Author {
  readonly id: string;
  /** Whom the account follows, where the gateway was asked to bring that; in the form it came. */
  readonly followeeIds?: unknown;
}

/** How many posts each author has published; none is absent. */
export async function countPostsOfAuthors(
  reads: NamedReads,
  authorIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await reads.read<{ authorId: string; postCount: number }>(Prisma.sql`
    SELECT author_id AS "authorId", post_count AS "postCount"
    FROM author_counters WHERE author_id = ANY (${authorIds}::uuid[])`);
  return new Map(rows.map(({ authorId, postCount }) => [authorId, postCount]));
}
