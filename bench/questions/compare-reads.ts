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

/** Measures what is asked of everybody alike. */
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
  const tables = await measureTables(contestants, about, bench, [{ folder: bench.folder, redis }]);
  await requireSameAnswers(systems, requests, full);
  return tables;
}

/** Where what is measured leaves logs, answers and rows, which must not tell in the next measurement. */
export interface Kept {
  readonly folder: string;
  readonly redis?: BenchRedis | undefined;
  readonly takeBack?: () => Promise<void>;
}

/** A table for each number of clients. */
export async function measureTables(
  contestants: readonly Contestant[],
  { id, title, against }: About,
  bench: Bench,
  kept: readonly Kept[],
): Promise<ClientsTable[]> {
  const beginAnew = async () => {
    for (const { folder, redis, takeBack } of kept) {
      await clearLogs(folder);
      if (redis) await forgetAnswers(redis);
      await takeBack?.();
    }
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
export async function forgetAnswers({ client }: BenchRedis): Promise<void> {
  for await (const keys of client.scanStream({ match: '*:entry:*', count: 1_000 }))
    if (keys.length > 0) await client.unlink(keys);
}
