import { join } from 'node:path';
import type { Report } from '../report/report.ts';
import { withCounters } from '../report/with-counters.ts';
import { fullPage, pageRequests } from './all-posts/requests.ts';
import { startAllPosts, systemIds } from './all-posts/systems.ts';
import { compareReads } from './compare-reads.ts';
import { entitiesAims } from './entities/aims.ts';
import { countSent } from './entities/sent.ts';
import type { Question } from './question.ts';

const pageSize = 100;
/** Each author is met ten times on a page. */
const made = { users: 10, posts: 10_000 };

/** What a long list costs whose items point at few entities of another subgraph. */
export const entities: Question = {
  summary: 'what a list of 100 posts by 10 authors costs',
  systems: systemIds,
  cases: ['100-posts'],
  clients: [8],

  async ask(given) {
    const bench = { ...given, folder: join(given.folder, 'entities') };
    await using allPosts = await startAllPosts(bench, made);
    const { systems, subgraphs } = allPosts;
    const requests = pageRequests(pageSize, 0);
    const sent = await countSent(bench, subgraphs, requests);
    const title = `${pageSize} posts by ${made.users} authors`;
    const reads = { id: '100-posts', title, requests, full: fullPage, against: 'sql' };
    const tables = await compareReads(systems, reads, bench, subgraphs.redis);
    return {
      title: 'Entities',
      tables: tables.map((table) => withCounters(table, sent)),
      aims: entitiesAims(sent),
    } satisfies Report;
  },
};
