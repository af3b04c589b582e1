import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contestant } from '../measure/rounds.ts';
import { requireSameAnswers } from '../measure/same-answers.ts';
import type { Report } from '../report/report.ts';
import { ours, startGateways } from '../systems/gateways.ts';
import { addManyPosts } from '../systems/many-posts.ts';
import { startSubgraphs } from '../systems/supergraph.ts';
import type { System } from '../systems/system.ts';
import { type ClientsTable, type Kept, measureTables } from './compare-reads.ts';
import { growthAims } from './growth/aims.ts';
import { anywhereRequests, latestRequests } from './growth/requests.ts';
import type { Bench, Question } from './question.ts';

const users = 1_000;
/** Of posts. The large one takes three minutes to make, once, and 6 GB. */
const sizes = [10_000, 10_000_000];

const cases = [
  { id: 'latest', title: "an author's latest posts, with comments", prepare: prepareLatest },
  { id: 'anywhere', title: "a page from somewhere in an author's list", prepare: prepareAnywhere },
] as const;

/** What the same answers cost when there is a thousand times as much beside what is asked for. */
export const growth: Question = {
  summary: 'what pages cost with 10 000 000 posts, beside 10 000',
  systems: sizes.map(String),
  cases: cases.map(({ id }) => id),
  clients: [8],

  async ask(given) {
    const bench = { ...given, folder: join(given.folder, 'growth') };
    await using worlds = new AsyncDisposableStack();
    const started: World[] = [];
    for (const posts of sizes)
      if (bench.wantsSystem(String(posts))) started.push(worlds.use(await startWorld(posts, bench)));
    const tables: ClientsTable[] = [];
    for (const { id, title, prepare } of cases) {
      if (!bench.wantsCase(id)) continue;
      const contestants = await prepare(started);
      const about = { id, title, against: String(sizes[0]) };
      tables.push(...(await measureTables(contestants, about, bench, started)));
      await prepare(started);
    }
    return { title: 'Growth', tables, aims: growthAims(tables) } satisfies Report;
  },
};

/** Our system on so many posts, with a PostgreSQL and a Redis of its own. */
interface World extends Kept, AsyncDisposable {
  readonly posts: number;
  readonly system: System;
}

async function startWorld(posts: number, given: Bench): Promise<World> {
  const bench = { ...given, folder: join(given.folder, String(posts)) };
  const { folder, say, options } = bench;
  await mkdir(folder, { recursive: true });
  await using starting = new AsyncDisposableStack();
  const subgraphs = starting.use(
    await startSubgraphs({
      folder,
      seeding: { users, posts: 0 },
      prepare: ({ postsUrl }) => addManyPosts(postsUrl, { users, posts }, say),
      say,
      signal: options.signal,
    }),
  );
  const choice = { ...ours, id: String(posts), name: `ours, cache off, ${posts} posts` };
  const [system] = starting.use(await startGateways(bench, subgraphs, [choice])).all;
  if (system === undefined) throw new Error(`no system ${posts}`);
  const stack = starting.move();
  return { posts, system, folder, redis: subgraphs.redis, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** All must give the same answers. */
async function prepareLatest(worlds: readonly World[]): Promise<Contestant[]> {
  const systems = worlds.map(({ system }) => system);
  const requests = latestRequests(users);
  const expected = await requireSameAnswers(systems, requests, '"author":{"name":');
  return systems.map((system) => ({ system, request: { ...requests, url: system.url }, expected }));
}

/** Each is asked for what it has. */
function prepareAnywhere(worlds: readonly World[]): Promise<Contestant[]> {
  return Promise.all(
    worlds.map(async ({ posts, system }) => {
      const requests = anywhereRequests({ users, posts });
      const expected = await requireSameAnswers([system], requests, '"publishedAt":"');
      return { system, request: { ...requests, url: system.url }, expected };
    }),
  );
}
