import { type Contestant, measureInRounds } from '../measure/rounds.ts';
import { installPeers } from '../peers/install.ts';
import type { Aim, Report, Row, Table } from '../report/report.ts';
import { startGateway } from '../systems/gateway.ts';
import { startPeerGateway } from '../systems/peer-gateway.ts';
import { clearLogs } from '../systems/process.ts';
import { type Subgraphs, startSubgraphs } from '../systems/supergraph.ts';
import type { System } from '../systems/system.ts';
import { growthAim, hitAims } from './hits/aims.ts';
import { type HitCase, hitCases } from './hits/cases.ts';
import { prepareCase, type SystemId, systemNames } from './hits/contestants.ts';
import type { Bench, Question } from './question.ts';

/** The seed's defaults, on which the sizes of the answers rest. */
const seeding = { users: 200, posts: 2_000 };

/** Two sizes in the same rounds: what the larger one costs more is little beside what a busy machine adds to one of them. */
const growth = { id: 'growth', sizes: ['1KB', '100KB'], systems: ['bare', 'l1'] };

/** What an answer that is kept already costs: ours, the stock gateway's, and the least that Node can do. */
export const hits: Question = {
  summary: 'what a hit of the response cache costs, in memory and in Redis',
  systems: Object.keys(systemNames),
  cases: [...hitCases.map(({ id }) => id), growth.id],
  clients: [32],

  async ask(bench) {
    await using subgraphs = await startSubgraphs({ ...bench, seeding, signal: bench.options.signal });
    await using gateways = await startGateways(bench, subgraphs);
    const tables: Table[] = [];
    const aims: Aim[] = [];
    for (const clients of bench.clients) {
      const ask = { clients, gateways: gateways.systems, subgraphs, bench };
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

type Gateways = AsyncDisposable & { readonly systems: readonly System[] };

async function startGateways(bench: Bench, subgraphs: Subgraphs): Promise<Gateways> {
  const { folder, say, wantsSystem } = bench;
  const { signal } = bench.options;
  await using starting = new AsyncDisposableStack();
  // No hit reaches PostgreSQL.
  const { PostgreSQL: _unused, ...processes } = subgraphs.processes;
  const services = { ...subgraphs, processes, counters: subgraphs.redis.counters };
  const common = (id: SystemId) => ({ id, name: systemNames[id], subgraphs: services, folder, signal });
  // The answers of all others are compared with this one's, so it is always there.
  const systems: System[] = [starting.use(await startGateway(common('l1')))];
  if (wantsSystem('l2'))
    systems.push(starting.use(await startGateway({ ...common('l2'), env: { CACHE_LOCAL_MB: '0' } })));
  if (wantsSystem('stock')) {
    await installPeers(say);
    systems.push(starting.use(await startPeerGateway({ ...common('stock'), program: 'stock' })));
  }
  const stack = starting.move();
  return { systems, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

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
