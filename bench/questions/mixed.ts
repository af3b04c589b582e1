import { join } from 'node:path';
import { requireSameAnswers } from '../measure/same-answers.ts';
import type { Report } from '../report/report.ts';
import { withCounters } from '../report/with-counters.ts';
import { type GatewayChoice, ours, stock } from '../systems/gateways.ts';
import { measureTables } from './compare-reads.ts';
import { mixedOperations, readOf } from './mixed/requests.ts';
import { countStale } from './mixed/staleness.ts';
import { postRequests } from './post-requests.ts';
import type { Question } from './question.ts';
import { startWritesWorld } from './writes/world.ts';

/** Keeps nothing, so what it answers is so. */
const truth = { ...ours, id: 'ours-off' };
const exact = { id: 'ours', name: 'ours, cache on', env: {} };
const gateways: readonly GatewayChoice[] = [
  exact,
  truth,
  { id: 'stock', name: 'stock gateway + plugin', program: 'stock' },
  { ...stock, id: 'stock-off', name: 'stock gateway, no cache' },
];

/** The most popular pages, of which it is looked whether they are what has been written. */
const comparedPages = 100;

/** What a cache is worth while people write. */
export const mixed: Question = {
  summary: '95 reads to 5 writes of posts of unequal popularity, with the cache and without',
  systems: gateways.map(({ id }) => id),
  cases: ['zipf'],
  clients: [32],

  async ask(given) {
    const bench = { ...given, folder: join(given.folder, 'writes') };
    await using world = await startWritesWorld(bench, gateways);
    const { systems, postIds } = world;
    const headers = { authorization: world.authorization };
    await world.takeBack();
    const pages = postRequests(postIds.slice(0, comparedPages).map(readOf), headers);
    const expected = await requireSameAnswers(systems, pages, '"commentCount":');
    const requests = postRequests(mixedOperations(postIds), headers);
    const contestants = systems.map((system) => ({
      system,
      request: { ...requests, url: system.url },
      expected,
    }));
    const about = { id: 'zipf', title: '95 % pages, 5 % comments', against: truth.id };
    // What is in the caches stays there from one measurement to the next, as it does in production.
    const tables = await measureTables(contestants, about, bench, [{ folder: bench.folder }]);

    const counted = new Map<string, Record<string, number>>();
    const honest = systems.find(({ id }) => id === truth.id);
    for (const system of systems)
      if (honest) {
        const stale = await countStale(system, honest, pages);
        if (stale > 0 && system.id === exact.id) throw new Error(`${stale} of our answers were stale`);
        counted.set(system.id, { [`stale, of ${comparedPages}`]: stale });
      }
    return {
      title: 'Reads and writes mixed',
      tables: tables.map((table) => withCounters(table, counted)),
      aims: [],
    } satisfies Report;
  },
};
