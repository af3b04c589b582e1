import { Client } from 'pg';
import { toGlobalId } from '../../../platform/global-id.ts';
import type { BenchDatabases, Seeding } from '../../systems/databases.ts';
import { copyIntoOneDatabase, joinDatabase } from '../../systems/join-database.ts';
import { type Subgraphs, startSubgraphs } from '../../systems/supergraph.ts';
import { addDiscussions } from './discussions.ts';

/** So many that a random one was hardly asked for lately, and small enough to be seeded in half a minute. */
const seeding: Seeding = { users: 10_000, posts: 100_000 };

export interface Profiles extends AsyncDisposable {
  readonly subgraphs: Subgraphs;
  /** Of accounts whose page is full, in no order. */
  readonly userIds: readonly string[];
}

/**
 * Starts the subgraphs on data that fills the pages that are asked for.
 *
 * @param prepareMore is called when both databases are in one, too, and nobody else is connected to them
 */
export async function startProfiles(
  options: { folder: string; say: (message: string) => void; options: { signal: AbortSignal } },
  prepareMore?: (databases: BenchDatabases) => Promise<void>,
): Promise<Profiles> {
  const { folder, say } = options;
  const { signal } = options.options;
  let userIds: readonly string[] = [];
  const prepare = async (databases: BenchDatabases) => {
    await addDiscussions(databases.postsUrl);
    await copyIntoOneDatabase(databases);
    userIds = await readUserIds(databases.url(joinDatabase));
    await prepareMore?.(databases);
  };
  const subgraphs = await startSubgraphs({ folder, seeding, say, signal, prepare });
  return { subgraphs, userIds, [Symbol.asyncDispose]: () => subgraphs[Symbol.asyncDispose]() };
}

async function readUserIds(databaseUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // Mixed by a hash, so that every run asks in the same order.
    const { rows } = await client.query<{ id: string }>(
      `SELECT author_id AS id FROM posts WHERE status = 'published' AND author_id IS NOT NULL
       GROUP BY author_id HAVING count(*) >= 5 ORDER BY md5(author_id::text)`,
    );
    return rows.map(({ id }) => toGlobalId('User', id));
  } finally {
    await client.end();
  }
}
