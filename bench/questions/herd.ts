import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gatherHerd, type HerdAnswer } from '../load/herd.ts';
import type { Sample } from '../measure/rounds.ts';
import { requireSameAnswers } from '../measure/same-answers.ts';
import { median, percentile, rotate } from '../measure/statistics.ts';
import { peakOf, perRequest, usageOf } from '../measure/usage.ts';
import type { Report } from '../report/report.ts';
import { type GatewayChoice, hive, startGateways } from '../systems/gateways.ts';
import type { System } from '../systems/system.ts';
import type { ClientsTable } from './compare-reads.ts';
import { executions, herdAims, loneMs } from './herd/aims.ts';
import type { Question } from './question.ts';
import { startProfiles } from './unique/profiles.ts';
import { requestsFor } from './unique/requests.ts';

const ours: GatewayChoice = { id: 'ours', name: 'ours', env: {} };
const stock: GatewayChoice = { id: 'stock', name: 'stock gateway + plugin', program: 'stock' };
const gateways = [ours, stock, hive];

/** In a round: one request after the other, then one herd after the other. */
const loneRequests = 20;
const herds = 5;
/** Before the first round, so that V8 has compiled what is hot. */
const warmUp = { requests: 400, herds: 5 };

const full = '"author":{"name":';

/** A page that nobody has asked for lately, and that everybody asks for now. */
export const herd: Question = {
  summary: 'what happens when many clients ask the same at once, and no cache has it',
  systems: gateways.map(({ id }) => id),
  cases: ['profile'],
  clients: [200],

  async ask(given) {
    const bench = { ...given, folder: join(given.folder, 'unique') };
    await mkdir(bench.folder, { recursive: true });
    await using profiles = await startProfiles(bench);
    await using systems = await startGateways(bench, profiles.subgraphs, gateways);
    const requests = requestsFor(profiles.userIds, 1);
    await requireSameAnswers(systems.all, requests, full);
    // Those that were just compared come last.
    const bodies = requests.bodies.toReversed().values();

    const tables: ClientsTable[] = [];
    for (const clients of bench.clients) {
      const title = `a profile, ${clients} clients at once`;
      bench.say(`${title} ...`);
      const samples = new Map<string, Sample[]>(systems.all.map(({ id }) => [id, []]));
      for (let round = 0; round < bench.options.rounds; round += 1) {
        for (const system of rotate(systems.all, round)) {
          using gathered = await gatherHerd({ ...requests, url: system.url }, clients);
          const askNew = async (size: number) => {
            bench.options.signal.throwIfAborted();
            const { value: body } = bodies.next();
            if (body === undefined) throw new Error('everybody has been asked for: --rounds is too large');
            return requireAlike(await gathered.ask(body, size), system);
          };
          if (round === 0) {
            await repeat(warmUp.requests, () => askNew(1));
            await repeat(warmUp.herds, () => askNew(clients));
          }
          samples.get(system.id)?.push(await measure(system, askNew, clients));
        }
      }
      const rows = systems.all.map(({ id, name }) => ({ id, name, samples: samples.get(id) ?? [] }));
      tables.push({ id: `profile/${clients}`, title, against: 'stock', clients, rows });
    }
    await requireSameAnswers(systems.all, requests, full);
    return { title: 'Herds', tables, aims: herdAims(tables) } satisfies Report;
  },
};

/** @param askNew has so many ask for a page that nobody asked for before */
async function measure(
  system: System,
  askNew: (size: number) => Promise<HerdAnswer[]>,
  clients: number,
): Promise<Sample> {
  const start = await usageOf(system);
  const lone = (await repeat(loneRequests, () => askNew(1))).flat();
  const before = await usageOf(system);
  const answers = await repeat(herds, () => askNew(clients));
  const after = await usageOf(system);

  const times = answers.map((herd) => herd.map(({ ms }) => ms));
  const seconds = times.reduce((sum, herd) => sum + Math.max(...herd) / 1_000, 0);
  const ofHerds = perRequest(before, after, herds * clients);
  const callsOf = (usage: typeof ofHerds) => usage.counters['subgraph calls'] ?? Number.NaN;
  return {
    requestsPerSecond: (herds * clients) / seconds,
    // Of all herds together, the percentiles would be those of the slowest one.
    p50Ms: median(times.map((herd) => percentile(herd, 0.5))),
    p99Ms: median(times.map((herd) => percentile(herd, 0.99))),
    ...ofHerds,
    figures: {
      [loneMs]: median(lone.map(({ ms }) => ms)),
      [executions]: (callsOf(ofHerds) * clients) / callsOf(perRequest(start, before, loneRequests)),
      ...(await peakOf(system)),
    },
  };
}

/** All of a herd have to get the same, and all of it. */
function requireAlike(answers: HerdAnswer[], { name }: System): HerdAnswer[] {
  const [first] = answers;
  const isGood = ({ status, body }: HerdAnswer) =>
    status === 200 && body.includes(full) && first?.body.equals(body);
  const bad = answers.find((answer) => !isGood(answer));
  if (bad === undefined) return answers;
  throw new Error(`${name} answers one of a herd with status ${bad.status}: ${bad.body.subarray(0, 500)}`);
}

async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let count = 0; count < times; count += 1) results.push(await work());
  return results;
}
