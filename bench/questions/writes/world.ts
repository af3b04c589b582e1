import { mkdir } from 'node:fs/promises';
import { Client } from 'pg';
import { toGlobalId } from '../../../platform/global-id.ts';
import { personIds } from '../../../prisma/seed/people.ts';
import { type GatewayChoice, startGateways } from '../../systems/gateways.ts';
import { type Subgraphs, startSubgraphs } from '../../systems/supergraph.ts';
import type { System } from '../../systems/system.ts';
import { logIn } from '../log-in.ts';
import type { Bench } from '../question.ts';

/** So many that one who writes for some seconds to one after the other does not come to an end. */
const seeding = { users: 1_000, posts: 50_000 };

/** Gateways before data that is written, by one who is signed in. */
export interface WritesWorld extends AsyncDisposable {
  readonly subgraphs: Subgraphs;
  readonly systems: readonly System[];
  readonly authorization: string;
  /** Of published posts, in no order. */
  readonly postIds: readonly string[];
  /** Deletes all that the one who is signed in has written. */
  takeBack(): Promise<void>;
}

export async function startWritesWorld(
  bench: Bench,
  choices: readonly GatewayChoice[],
): Promise<WritesWorld> {
  const { folder, say, options } = bench;
  await mkdir(folder, { recursive: true });
  await using starting = new AsyncDisposableStack();
  const subgraphs = starting.use(await startSubgraphs({ folder, seeding, say, signal: options.signal }));
  const { all } = starting.use(await startGateways(bench, subgraphs, choices));
  const [first] = all;
  if (first === undefined) throw new Error('a gateway is needed, to sign in');
  const authorization = `Bearer ${await logIn(first.url)}`;

  const client = new Client({ connectionString: subgraphs.databases.postsUrl });
  await client.connect();
  starting.defer(() => client.end());
  // Mixed by a hash, so that every run writes in the same order.
  const { rows } = await client.query<{ id: string }>(
    "SELECT id FROM posts WHERE status = 'published' ORDER BY md5(id::text)",
  );
  const [ada] = personIds(seeding.users);
  const stack = starting.move();
  return {
    subgraphs,
    systems: all.map((system) => ({
      ...system,
      counters: async () => ({ ...(await system.counters?.()), 'rows written': await countWritten() }),
    })),
    authorization,
    postIds: rows.map(({ id }) => toGlobalId('Post', id)),
    async takeBack() {
      await client.query('DELETE FROM likes WHERE user_id = $1', [ada]);
      await client.query('DELETE FROM comments WHERE author_id = $1', [ada]);
      await client.query("DELETE FROM posts WHERE author_id = $1 AND status = 'draft'", [ada]);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };

  async function countWritten(): Promise<number> {
    const counted = await client.query<{ rows: number }>(
      `SELECT ((SELECT count(*) FROM likes WHERE user_id = $1) + (SELECT count(*) FROM comments WHERE author_id = $1) +
        (SELECT count(*) FROM posts WHERE author_id = $1 AND status = 'draft'))::int AS rows`,
      [ada],
    );
    return counted.rows[0]?.rows ?? 0;
  }
}
