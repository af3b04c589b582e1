import { measureInRounds } from '../measure/rounds.ts';
import { type Requests, requireSameAnswers } from '../measure/same-answers.ts';
import type { Table } from '../report/report.ts';
import { clearLogs } from '../systems/process.ts';
import type { BenchRedis } from '../systems/redis.ts';
import type { System } from '../systems/system.ts';
import type { Bench } from './question.ts';

/** A table with how many asked at once. */
export type ClientsTable = Table & { readonly clients: number };

/** The same for all systems: their answers are compared before the first measurement and after the last. */
export interface Reads {
  readonly id: string;
  readonly title: string;
  readonly requests: Requests;
  /** In every answer that has all that the question is about. */
  readonly full: string;
  /** The id of the system that ratios are against. */
  readonly against: string;
}

/** Measures what nobody keeps: a table for each number of clients. */
export async function compareReads(
  systems: readonly System[],
  { id, title, requests, full, against }: Reads,
  bench: Bench,
  redis: BenchRedis,
): Promise<ClientsTable[]> {
  const expected = await requireSameAnswers(systems, requests, full);
  const contestants = systems.map((system) => ({
    system,
    request: { ...requests, url: system.url },
    expected,
  }));
  const tables: ClientsTable[] = [];
  for (const clients of bench.clients) {
    const name = `${title}, clients: ${clients}`;
    bench.say(`${name} ...`);
    const options = { ...bench.options, connections: clients };
    const samples = await measureInRounds(contestants, bench.load, options, () => beginAnew(bench, redis));
    const rows = systems.map((system) => ({
      id: system.id,
      name: system.name,
      samples: samples.get(system.id) ?? [],
    }));
    tables.push({ id: `${id}/${clients}`, title: name, against, clients, rows });
  }
  await requireSameAnswers(systems, requests, full);
  return tables;
}

/** With small logs, and without answers that were stored: they would be found the next time. */
async function beginAnew({ folder }: Bench, { client }: BenchRedis): Promise<void> {
  await clearLogs(folder);
  for await (const keys of client.scanStream({ match: '*:entry:*', count: 1_000 }))
    if (keys.length > 0) await client.unlink(keys);
}
