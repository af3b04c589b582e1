import type { DatabaseOrTransaction } from './database.ts';

/** An account, as far as this subgraph knows it. Whether there is one, another subgraph knows. */
export interface Author {
  readonly id: string;
  /** Whom the account follows, where the gateway was asked to bring that; in the form it came. */
  readonly followeeIds?: unknown;
}

/** How many posts each author has published; none is absent. */
export async function countPostsOfAuthors(
  database: DatabaseOrTransaction,
  authorIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await database.authorCounters.findMany({ where: { authorId: { in: [...authorIds] } } });
  return new Map(rows.map(({ authorId, postCount }) => [authorId, postCount]));
}
