import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toCursor } from '../../subgraphs/shared/page.ts';
import type { Report } from '../report/report.ts';
import { hive, ours, startGateways, stock } from '../systems/gateways.ts';
import { startHandWritten } from '../systems/hand-written.ts';
import { joinDatabase } from '../systems/join-database.ts';
import type { System } from '../systems/system.ts';
import { compareReads } from './compare-reads.ts';
import { followees, followMany } from './feed/following.ts';
import { logIn } from './log-in.ts';
import { postRequests } from './post-requests.ts';
import type { Question } from './question.ts';
import { startProfiles } from './unique/profiles.ts';

const gateways = [ours, stock, hive];
const handWritten = { id: 'sql', name: 'hand-written SQL' };

const query = `query Feed($after: String) {
  me { feed(first: 20, after: $after) { nodes { title publishedAt author { name } } } }
}`;

/** What a page costs that is merged from a thousand lists, for a viewer who is signed in. */
export const feed: Question = {
  summary: 'what the feed costs of somebody who follows 1 000 others',
  systems: [...gateways, handWritten].map(({ id }) => id),
  cases: ['feed'],
  clients: [8],

  async ask(given) {
    // On the data of `unique`.
    const bench = { ...given, folder: join(given.folder, 'unique') };
    await mkdir(bench.folder, { recursive: true });
    let keys: Awaited<ReturnType<typeof followMany>> = [];
    await using profiles = await startProfiles(bench, async (databases) => {
      keys = await followMany(databases);
    });
    const { subgraphs } = profiles;
    await using started = await startGateways(bench, subgraphs, gateways);
    await using floors = new AsyncDisposableStack();
    const systems: System[] = [...started.all];
    const [first] = systems;
    if (first === undefined) throw new Error('a gateway is needed, to sign in');
    const authorization = `Bearer ${await logIn(first.url)}`;
    if (bench.wantsSystem(handWritten.id)) {
      const { folder, options } = bench;
      const { databases } = subgraphs;
      const statements = new URL('feed/statements.ts', import.meta.url);
      const { signal } = options;
      const floor = { ...handWritten, statements, database: joinDatabase, databases, folder, signal };
      systems.push(floors.use(await startHandWritten(floor)));
    }
    const operations = keys.map((key) => ({
      operationName: 'Feed',
      query,
      variables: { after: toCursor(key) },
    }));
    const reads = {
      id: 'feed',
      title: `pages of 20, by ${followees} authors`,
      requests: postRequests(operations, { authorization }),
      full: '"author":{"name":',
      against: 'sql',
    };
    const tables = await compareReads(systems, reads, bench, subgraphs.redis);
    return { title: 'Feed', tables, aims: [] } satisfies Report;
  },
};
