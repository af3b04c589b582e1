import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../report/report.ts';
import { copyForStockSubgraphs } from '../systems/stock-subgraphs.ts';
import { type ClientsTable, compareReads } from './compare-reads.ts';
import type { Question } from './question.ts';
import { uniqueAims } from './unique/aims.ts';
import { startProfiles } from './unique/profiles.ts';
import { requestsFor } from './unique/requests.ts';
import { startSystems, systemNames, wantsStockSubgraphs } from './unique/systems.ts';

/** By how many different documents are asked. */
const cases = new Map([
  ['1-document', 1],
  ['16-documents', 16],
]);

/** What no cache saves: a user that nobody asked for lately, with posts, comments and their authors, in three hops. */
export const unique: Question = {
  summary: 'what an answer costs that no cache has: a user, posts, comments, their authors',
  systems: Object.keys(systemNames),
  cases: [...cases.keys()],
  clients: [1, 8, 32, 128],

  async ask(given) {
    // Beside the data of the other questions, for this one needs more.
    const bench = { ...given, folder: join(given.folder, 'unique') };
    await mkdir(bench.folder, { recursive: true });
    await using profiles = await startProfiles(bench, async (databases) => {
      if (wantsStockSubgraphs(bench)) await copyForStockSubgraphs(databases);
    });
    await using systems = await startSystems(bench, profiles);
    const tables: ClientsTable[] = [];
    for (const [id, documents] of cases) {
      if (!bench.wantsCase(id)) continue;
      const reads = {
        id,
        title: id.replace('-', ' '),
        requests: requestsFor(profiles.userIds, documents),
        full: '"author":{"name":',
        against: 'join',
      };
      tables.push(...(await compareReads(systems.all, reads, bench, profiles.subgraphs.redis)));
    }
    return { title: 'Unique nested queries', tables, aims: uniqueAims(tables) } satisfies Report;
  },
};
