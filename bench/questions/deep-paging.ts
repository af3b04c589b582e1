import { join } from 'node:path';
import type { Contestant } from '../measure/rounds.ts';
import { requireSameAnswers } from '../measure/same-answers.ts';
import type { Report } from '../report/report.ts';
import { fullPage, pageRequests } from './all-posts/requests.ts';
import { startAllPosts, systemIds } from './all-posts/systems.ts';
import { measureTables } from './compare-reads.ts';
import { deepPagingAims } from './deep-paging/aims.ts';
import type { Question } from './question.ts';

const pageSize = 20;
const pages = [1, 10_000];
/** Enough for page 10 000 to be a full one, wherever it begins. */
const made = { users: 1_000, posts: 210_000 };

/** What a page costs far down a long list, beside the first one. */
export const deepPaging: Question = {
  summary: 'what page 10 000 of a long list costs, beside page 1',
  systems: systemIds,
  cases: ['all-posts'],
  clients: [8],

  async ask(given) {
    const bench = { ...given, folder: join(given.folder, 'deep-paging') };
    await using allPosts = await startAllPosts(bench, made);
    const { systems, subgraphs } = allPosts;
    const contestants: Contestant[] = [];
    for (const page of pages) {
      const requests = pageRequests(pageSize, (page - 1) * pageSize);
      const expected = await requireSameAnswers(systems, requests, fullPage);
      for (const system of systems)
        contestants.push({
          system: { ...system, id: `${system.id}/${page}`, name: `${system.name}, page ${page}` },
          request: { ...requests, url: system.url },
          expected,
        });
    }
    const about = { id: 'all-posts', title: `${made.posts} posts by ${pageSize}`, against: 'sql/1' };
    const kept = [{ folder: bench.folder, redis: subgraphs.redis }];
    const tables = await measureTables(contestants, about, bench, kept);
    for (const page of pages)
      await requireSameAnswers(systems, pageRequests(pageSize, (page - 1) * pageSize), fullPage);
    return { title: 'Deep paging', tables, aims: deepPagingAims(tables) } satisfies Report;
  },
};
