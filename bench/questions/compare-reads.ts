import { type Contestant, measureInRounds } from '../measure/rounds.ts';
import { type Requests, requireSameAnswers } from '../measure/same-answers.ts';
import type { Table } from '../report/report.ts';
import { clearLogs } from '../systems/process.ts';
import type { BenchRedis } from '../systems/redis.ts';
import type { System } from '../systems/system.ts';
import type { Bench } from './question.ts';

/** A table with how many asked at once. */
export type ClientsTable = Table & { readonly clients: number };

/** What a table is about. */
interface About {
  readonly id: string;
  readonly title: string;
  /** The id of the system that ratios are against. */
  readonly against: string;
}

/** The same for all systems: their answers are compared before the first measurement and after the last. */
export interface Reads extends About {
  readonly requests: Requests;
  /** In every answer that has all that the question is about. */
  readonly full: string;
}

/** Measures what nobody keeps, asked of everybody alike: a table for each number of clients. */
export async function compareReads(
  systems: readonly System[],
  { requests, full, ...about }: Reads,
  bench: Bench,
  redis?: BenchRedis,
): Promise<ClientsTable[]> {
  const expected = await requireSameAnswers(systems, requests, full);
  const contestants = systems.map((system) => ({
    system,
    request: { ...requests, url: system.url },
    expected,
  }));
  const tables = await measureReads(contestants, about, bench, redis ? [redis] : []);
  await requireSameAnswers(systems, requests, full);
  return tables;
}

/** @param redises where answers may be kept, which is not what is measured */
export async function measureReads(
  contestants: readonly Contestant[],
  { id, title, against }: About,
  bench: Bench,
  redises: readonly BenchRedis[],
): Promise<ClientsTable[]> {
  const beginAnew = async () => {
    await clearLogs(bench.folder);
    for (const redis of redises) await forgetAnswers(redis);
  };
  const tables: ClientsTable[] = [];
  for (const clients of bench.clients) {
    const name = `${title}, clients: ${clients}`;
    bench.say(`${name} ...`);
    const options = { ...bench.options, connections: clients };
    const samples = await measureInRounds(contestants, bench.load, options, beginAnew);
    const rows = contestants.map(({ system }) => ({
      id: system.id,
      name: system.name,
      samples: samples.get(system.id) ?? [],
    }));
    tables.push({ id: `${id}/${clients}`, title: name, against, clients, rows });
  }
  return tables;
}

/** What one measurement has stored would be found in the next. */
async function forgetAnswers({ client }: BenchRedis): Promise<void> {
  for await (const keys of client.scanStream({ match: '*:entry:*', count: 1_000 }))
    if (keys.length > 0) await client.unlink(keys);
}
