import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installPeers } from '../peers/install.ts';
import type { Report } from '../report/report.ts';
import { crowd, pageRequests } from '../shop/requests.ts';
import { startShop } from '../shop/shop.ts';
import { hive, startGateways, stock } from '../systems/gateways.ts';
import { compareReads } from './compare-reads.ts';
import type { Question } from './question.ts';
import { plainAims } from './shop/aims.ts';
import { mercurius, oursAlone } from './shop/systems.ts';

const gateways = [oursAlone, stock, hive, mercurius];

/** What a gateway adds to subgraphs that are somebody else's: no envelopes, no tags, nothing that is asked for twice. */
export const plain: Question = {
  summary: 'what a gateway costs before subgraphs as anybody builds them: unique nested queries, plain calls',
  systems: gateways.map(({ id }) => id),
  cases: ['page'],
  clients: [1, 64],

  async ask(given) {
    const bench = { ...given, folder: join(given.folder, 'shop') };
    await mkdir(bench.folder, { recursive: true });
    await installPeers(bench.say);
    await using shop = await startShop({ ...bench, size: crowd, signal: bench.options.signal });
    await using systems = await startGateways(bench, shop, gateways);
    const reads = {
      id: 'page',
      title: 'page',
      requests: pageRequests,
      full: '"author":{"name":',
      against: 'stock',
    };
    const tables = await compareReads(systems.all, reads, bench);
    return { title: 'Plain calls', tables, aims: plainAims(tables) } satisfies Report;
  },
};
