import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toCursor } from '../../subgraphs/shared/page.ts';
import type { Contestant } from '../measure/rounds.ts';
import { type Requests, requireSameAnswers } from '../measure/same-answers.ts';
import type { Report } from '../report/report.ts';
import type { BenchDatabases } from '../systems/databases.ts';
import { hive, ours, startGateways, stock } from '../systems/gateways.ts';
import { startHandWritten } from '../systems/hand-written.ts';
import { copyIntoOneDatabase, joinDatabase } from '../systems/join-database.ts';
import { addManyPosts, keyOfManyPost } from '../systems/many-posts.ts';
import { startSubgraphs } from '../systems/supergraph.ts';
import { measureReads } from './compare-reads.ts';
import { deepPagingAims } from './deep-paging/aims.ts';
import { postRequests } from './post-requests.ts';
import type { Question } from './question.ts';

const users = 1_000;
/** Enough for page 10 000 to be a full one, wherever it begins. */
const posts = 210_000;
const pageSize = 20;
const pages = [1, 10_000];
/** Where pages begin, by so many posts further on each time: nobody's answer is another's. */
const shifts = 500;

const gateways = [ours, stock, hive];
const handWritten = { id: 'sql', name: 'hand-written SQL' };

const query = `query Page($after: String) {
  posts(first: ${pageSize}, after: $after) {
    nodes { title publishedAt author { name } }
    pageInfo { hasNextPage }
  }
}`;

/** What a page costs far down a long list, beside the first one. */
export const deepPaging: Question = {
  summary: 'what page 10 000 of a long list costs, beside page 1',
  systems: [...gateways, handWritten].map(({ id }) => id),
  cases: ['all-posts'],
  clients: [8],

  async ask(given) {
    const bench = { ...given, folder: join(given.folder, 'deep-paging') };
    const { folder, say, options, wantsSystem } = bench;
    const { signal } = options;
    await mkdir(folder, { recursive: true });
    const prepare = async (databases: BenchDatabases) => {
      await addManyPosts(databases.postsUrl, { users, posts }, say);
      await copyIntoOneDatabase(databases);
    };
    await using subgraphs = await startSubgraphs({
      folder,
      seeding: { users, posts: 0 },
      prepare,
      say,
      signal,
    });
    await using systems = await startGateways(bench, subgraphs, gateways);
    await using floors = new AsyncDisposableStack();
    const all = [...systems.all];
    if (wantsSystem(handWritten.id)) {
      const statements = new URL('deep-paging/statements.ts', import.meta.url);
      const { databases } = subgraphs;
      const floor = { ...handWritten, statements, database: joinDatabase, databases, folder, signal };
      all.push(floors.use(await startHandWritten(floor)));
    }
    const contestants: Contestant[] = [];
    for (const page of pages) {
      const requests = requestsFor(page);
      const expected = await requireSameAnswers(all, requests, '"hasNextPage":true');
      for (const system of all)
        contestants.push({
          system: { ...system, id: `${system.id}/${page}`, name: `${system.name}, page ${page}` },
          request: { ...requests, url: system.url },
          expected,
        });
    }
    const about = { id: 'all-posts', title: `${posts} posts by 20`, against: 'sql/1' };
    const tables = await measureReads(contestants, about, bench, [subgraphs.redis]);
    for (const page of pages) await requireSameAnswers(all, requestsFor(page), '"hasNextPage":true');
    return { title: 'Deep paging', tables, aims: deepPagingAims(tables) } satisfies Report;
  },
};

function requestsFor(page: number): Requests {
  const cursors = Array.from({ length: shifts }, (_, shift) =>
    toCursor(keyOfManyPost((page - 1) * pageSize + shift)),
  );
  return postRequests(cursors.map((after) => ({ operationName: 'Page', query, variables: { after } })));
}
