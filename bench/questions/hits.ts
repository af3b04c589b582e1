import type { LoadRequest } from '../load/load-generator.ts';
import type { Answer } from '../measure/ask.ts';
import { untilHit } from '../measure/prime.ts';
import { type Contestant, measureInRounds } from '../measure/rounds.ts';
import { requireSameAnswer } from '../measure/same-answer.ts';
import { installPeers } from '../peers/install.ts';
import type { Report, Table } from '../report/report.ts';
import { startConstant } from '../systems/constant.ts';
import { startGateway } from '../systems/gateway.ts';
import { clearLogs } from '../systems/process.ts';
import { startStockGateway } from '../systems/stock-gateway.ts';
import { type Subgraphs, startSubgraphs } from '../systems/supergraph.ts';
import type { System } from '../systems/system.ts';
import { hitAims } from './hits/aims.ts';
import { type HitCase, hitCases } from './hits/cases.ts';
import { logIn } from './hits/log-in.ts';
import type { Bench, Question } from './question.ts';

const names = {
  bare: 'bare node:http',
  'bare-get': 'bare + one Redis GET',
  l1: 'ours, hit in memory',
  l2: 'ours, hit in Redis',
  stock: 'stock gateway + plugin',
} as const;
type SystemId = keyof typeof names;

/** What an answer that is kept already costs: ours, the stock gateway's, and the least that Node can do. */
export const hits: Question = {
  summary: 'what a hit of the response cache costs, in memory and in Redis',
  systems: Object.keys(names),
  cases: hitCases.map(({ id }) => id),

  async ask(bench) {
    const wanted = hitCases.filter(({ id }) => bench.wantsCase(id));
    await using subgraphs = await startSubgraphs({ ...bench, signal: bench.options.signal });
    await using gateways = await startGateways(bench, subgraphs);
    const tables: Table[] = [];
    for (const hitCase of wanted) {
      bench.say(`hits: ${hitCase.title} ...`);
      tables.push(await measure(hitCase, gateways.systems, subgraphs, bench));
    }
    return { title: 'Hits of the response cache', tables, aims: hitAims(tables) } satisfies Report;
  },
};

type Gateways = AsyncDisposable & { readonly systems: readonly System[] };

async function startGateways(bench: Bench, subgraphs: Subgraphs): Promise<Gateways> {
  const { folder, say, wantsSystem } = bench;
  const { signal } = bench.options;
  await using starting = new AsyncDisposableStack();
  const common = (id: SystemId) => ({ id, name: names[id], subgraphs, folder, signal });
  // The answers of all others are compared with this one's, so it is always there.
  const systems: System[] = [starting.use(await startGateway(common('l1')))];
  if (wantsSystem('l2'))
    systems.push(starting.use(await startGateway({ ...common('l2'), env: { CACHE_LOCAL_MB: '0' } })));
  if (wantsSystem('stock')) {
    await installPeers(say);
    systems.push(starting.use(await startStockGateway(common('stock'))));
  }
  const stack = starting.move();
  return { systems, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Everybody has to answer the same, from the cache, before a clock is started, and still to do so when it has stopped. */
async function measure(
  hitCase: HitCase,
  gateways: readonly System[],
  subgraphs: Subgraphs,
  bench: Bench,
): Promise<Table> {
  const { folder, options, load, wantsSystem } = bench;
  const measured = gateways.filter(({ id }) => wantsSystem(id) && hitCase.systems.includes(id));
  const [first] = gateways;
  if (first === undefined) throw new Error('there is no gateway to take the answers from');
  const requestOf = await requestsOf(hitCase, first);
  const reference = await untilHit(first, requestOf(first));
  hitCase.check?.(reference);

  await using floors = new AsyncDisposableStack();
  for (const id of ['bare', 'bare-get'] as const) {
    if (!wantsSystem(id) || !hitCase.systems.includes(id)) continue;
    const constant = { id, name: names[id], answer: reference, folder, signal: options.signal };
    const redis = id === 'bare-get' ? { redis: subgraphs.redis } : {};
    measured.push(floors.use(await startConstant({ ...constant, ...redis })));
  }
  const order: readonly string[] = Object.keys(names);
  measured.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));

  const contestants: Contestant[] = [];
  for (const system of measured) {
    const expected = await untilHit(system, requestOf(system));
    requireSameAnswer(system.name, expected, reference);
    contestants.push({ system, request: requestOf(system), expected });
  }
  const samples = await measureInRounds(contestants, load, options, () => clearLogs(folder));
  for (const { system, request } of contestants)
    requireSameAnswer(system.name, await untilHit(system, request), reference);
  return {
    title: `${hitCase.title}, ${reference.body.length} bytes`,
    id: hitCase.id,
    against: 'bare',
    rows: contestants.map(({ system: { id, name } }) => ({ id, name, samples: samples.get(id) ?? [] })),
  };
}

/** What each system is sent: the same to all of them. */
async function requestsOf(
  { query, headers, signedIn, revalidates }: HitCase,
  gateway: System,
): Promise<(system: System) => LoadRequest> {
  const base = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      ...headers,
      ...(signedIn ? { authorization: `Bearer ${await logIn(gateway.url)}` } : {}),
    },
    body: JSON.stringify({ query }),
  };
  if (!revalidates) return ({ url }) => ({ ...base, url });
  const kept: Answer = await untilHit(gateway, { ...base, url: gateway.url });
  // By GET: a POST has nothing that HTTP could revalidate.
  const condition = { 'accept-encoding': 'identity', 'if-none-match': String(kept.headers.etag) };
  const search = new URLSearchParams({ query });
  return ({ url }) => ({
    url: `${url}?${search}`,
    method: 'GET',
    headers: { ...condition, 'apollo-require-preflight': 'true' },
    body: '',
  });
}
