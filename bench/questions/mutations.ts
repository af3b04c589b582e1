import { join } from 'node:path';
import { requireSameAnswers } from '../measure/same-answers.ts';
import type { Report, Table } from '../report/report.ts';
import { type GatewayChoice, stock } from '../systems/gateways.ts';
import { type ClientsTable, measureTables } from './compare-reads.ts';
import { mutationCases } from './mutations/requests.ts';
import type { Question } from './question.ts';
import { startWritesWorld } from './writes/world.ts';

const gateways: readonly GatewayChoice[] = [{ id: 'ours', name: 'ours, cache on', env: {} }, stock];

const noErrors = '"userErrors":[]';
/** Rows that a request has to have written; those that were on their way when the time was up are written, too. */
const fewestRows = 0.95;

/** What a write costs, with all caches told before it is answered. */
export const mutations: Question = {
  summary: 'what a like, a comment and a post cost to write',
  systems: gateways.map(({ id }) => id),
  cases: mutationCases.map(({ id }) => id),
  clients: [1, 8],

  async ask(given) {
    const bench = { ...given, folder: join(given.folder, 'writes') };
    await using world = await startWritesWorld(bench, gateways);
    const { systems, subgraphs, takeBack } = world;
    const tables: ClientsTable[] = [];
    for (const { id, title, requestsFor } of mutationCases) {
      if (!bench.wantsCase(id)) continue;
      const requests = requestsFor(world.postIds, world.authorization);
      await takeBack();
      const expected = await requireSameAnswers(systems, requests, noErrors);
      const contestants = systems.map((system) => ({
        system,
        request: { ...requests, url: system.url },
        expected,
      }));
      const kept = [{ folder: bench.folder, redis: subgraphs.redis, takeBack }];
      tables.push(...(await measureTables(contestants, { id, title, against: 'stock' }, bench, kept)));
      await takeBack();
      await requireSameAnswers(systems, requests, noErrors);
    }
    tables.forEach(requireWritten);
    return { title: 'Mutations', tables, aims: [] } satisfies Report;
  },
};

/** @throws Error when requests were answered that wrote nothing: an error may look like an answer to the load generator */
export function requireWritten({ title, rows }: Table): void {
  for (const { name, samples } of rows)
    for (const { counters } of samples)
      if ((counters['rows written'] ?? 0) < fewestRows)
        throw new Error(`${title}: ${name} wrote ${counters['rows written']} rows a request`);
}
