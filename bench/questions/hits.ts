import { type Contestant, measureInRounds } from '../measure/rounds.ts';
import type { Aim, Report, Row, Table } from '../report/report.ts';
import { clearLogs } from '../systems/process.ts';
import type { Subgraphs } from '../systems/supergraph.ts';
import type { System } from '../systems/system.ts';
import { growthAim, hitAims } from './hits/aims.ts';
import { type HitCase, hitCases } from './hits/cases.ts';
import { prepareCase, systemNames } from './hits/contestants.ts';
import { startHitsWorld } from './hits/world.ts';
import type { Bench, Question } from './question.ts';

/** Two sizes in the same rounds: what the larger one costs more is little beside what a busy machine adds to one of them. */
const growth = { id: 'growth', sizes: ['1KB', '100KB'], systems: ['bare', 'l1'] };

/** What an answer that is kept already costs: ours, the stock gateway's, and the least that Node can do. */
export const hits: Question = {
  summary: 'what a hit of the response cache costs, in memory and in Redis',
  systems: Object.keys(systemNames),
  cases: [...hitCases.map(({ id }) => id), growth.id],
  clients: [32],

  async ask(bench) {
    await using world = await startHitsWorld(bench);
    const { subgraphs, gateways } = world;
    const tables: Table[] = [];
    const aims: Aim[] = [];
    for (const clients of bench.clients) {
      const ask = { clients, gateways, subgraphs, bench };
      const sizes: Table[] = [];
      for (const hitCase of hitCases)
        if (bench.wantsCase(hitCase.id)) sizes.push(await measureCase(hitCase, ask));
      const grown = bench.wantsCase(growth.id) ? [await measureGrowth(ask)] : [];
      tables.push(...sizes, ...grown);
      aims.push(...hitAims(sizes), ...grown.flatMap(growthAim));
    }
    return { title: 'Hits of the response cache', tables, aims } satisfies Report;
  },
};

interface Ask {
  readonly clients: number;
  readonly gateways: readonly System[];
  readonly subgraphs: Subgraphs;
  readonly bench: Bench;
}

/** Everybody has to answer the same, from the cache, before a clock is started, and still to do so when it has stopped. */
async function measureCase(hitCase: HitCase, ask: Ask): Promise<Table> {
  const { clients, gateways, subgraphs, bench } = ask;
  bench.say(`hits: ${hitCase.title}, clients: ${clients} ...`);
  await using field = await prepareCase(hitCase, gateways, subgraphs, bench);
  const rows = await measure(field.contestants, ask);
  await field.requireStillTheSame();
  const title = `${hitCase.title}, ${field.bytes} bytes, clients: ${clients}`;
  return { id: hitCase.id, title, against: 'bare', rows };
}

async function measureGrowth(ask: Ask): Promise<Table> {
  const { clients, gateways, subgraphs, bench } = ask;
  bench.say(`hits: growth, clients: ${clients} ...`);
  await using fields = new AsyncDisposableStack();
  const contestants: Contestant[] = [];
  for (const size of hitCases.filter(({ id }) => growth.sizes.includes(id))) {
    const hitCase = { ...size, systems: growth.systems };
    const field = fields.use(await prepareCase(hitCase, gateways, subgraphs, bench));
    contestants.push(
      ...field.contestants.map(({ system, ...asked }) => ({
        ...asked,
        system: { ...system, id: `${system.id}/${size.id}`, name: `${system.name}, ${size.title}` },
      })),
    );
  }
  const rows = await measure(contestants, ask);
  return { id: growth.id, title: `1 KB beside 100 KB, clients: ${clients}`, against: 'bare/1KB', rows };
}

async function measure(contestants: readonly Contestant[], { clients, bench }: Ask): Promise<Row[]> {
  const options = { ...bench.options, connections: clients };
  const samples = await measureInRounds(contestants, bench.load, options, () => clearLogs(bench.folder));
  return contestants.map(({ system: { id, name } }) => ({ id, name, samples: samples.get(id) ?? [] }));
}
