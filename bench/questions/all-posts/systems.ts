import { mkdir } from 'node:fs/promises';
import type { BenchDatabases } from '../../systems/databases.ts';
import { hive, ours, startGateways, stock } from '../../systems/gateways.ts';
import { startHandWritten } from '../../systems/hand-written.ts';
import { copyIntoOneDatabase, joinDatabase } from '../../systems/join-database.ts';
import { addManyPosts } from '../../systems/many-posts.ts';
import { type Subgraphs, startSubgraphs } from '../../systems/supergraph.ts';
import type { System } from '../../systems/system.ts';
import type { Bench } from '../question.ts';

const handWritten = { id: 'sql', name: 'hand-written SQL' };

export const gateways = [ours, stock, hive];
/** What `--systems` calls them. */
export const systemIds = [...gateways, handWritten].map(({ id }) => id);

export interface AllPosts extends AsyncDisposable {
  readonly subgraphs: Subgraphs;
  readonly systems: readonly System[];
}

/** Starts everybody on so many posts, whose authors take turns. */
export async function startAllPosts(bench: Bench, made: { users: number; posts: number }): Promise<AllPosts> {
  const { folder, say, wantsSystem } = bench;
  const { signal } = bench.options;
  await mkdir(folder, { recursive: true });
  await using starting = new AsyncDisposableStack();
  const prepare = async (databases: BenchDatabases) => {
    await addManyPosts(databases.postsUrl, made, say);
    await copyIntoOneDatabase(databases);
  };
  const seeding = { users: made.users, posts: 0 };
  const subgraphs = starting.use(await startSubgraphs({ folder, seeding, prepare, say, signal }));
  const systems: System[] = [...starting.use(await startGateways(bench, subgraphs, gateways)).all];
  if (wantsSystem(handWritten.id)) {
    const statements = new URL('statements.ts', import.meta.url);
    const { databases } = subgraphs;
    const floor = { ...handWritten, statements, database: joinDatabase, databases, folder, signal };
    systems.push(starting.use(await startHandWritten(floor)));
  }
  const stack = starting.move();
  return { subgraphs, systems, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
