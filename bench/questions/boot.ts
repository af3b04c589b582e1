import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answer, ask } from '../measure/ask.ts';
import { cpuTimeMs } from '../measure/cpu-time.ts';
import type { Sample } from '../measure/rounds.ts';
import { type Requests, requireSameAnswers } from '../measure/same-answers.ts';
import { median, percentile, rotate } from '../measure/statistics.ts';
import { peakOf, perRequest, usageOf } from '../measure/usage.ts';
import type { Report, Row } from '../report/report.ts';
import { type GatewayChoice, hive, startGateways, stock } from '../systems/gateways.ts';
import { clearLogs } from '../systems/process.ts';
import type { Subgraphs } from '../systems/supergraph.ts';
import type { System } from '../systems/system.ts';
import { bootAims, firstMs, firstOfWarm, readyCpuMs, readyMs } from './boot/aims.ts';
import { forgetAnswers } from './compare-reads.ts';
import type { Bench, Question } from './question.ts';
import { documentsFor } from './unique/documents.ts';
import { startProfiles } from './unique/profiles.ts';
import { requestsFor } from './unique/requests.ts';

/** After the first request, one after the other; V8 has compiled what is hot when the latter half of them come. */
const laterRequests = 400;

const full = '"author":{"name":';

/** How long a gateway needs from nothing to its first answer, and how much slower that is than the ones after it. */
export const boot: Question = {
  summary: 'how long a gateway takes to start, and the first request after it',
  systems: ['ours', 'ours-warmed', 'stock', 'hive'],
  cases: ['profile'],
  clients: [1],

  async ask(given) {
    const bench = { ...given, folder: join(given.folder, 'unique') };
    await mkdir(bench.folder, { recursive: true });
    await using profiles = await startProfiles(bench);
    const { subgraphs } = profiles;
    const requests = requestsFor(profiles.userIds, 1);
    const choices = (await choicesOf(bench.folder)).filter(({ id }) => bench.wantsSystem(id));
    // Here the subgraphs are asked, too, until they are warm: they are not what is started.
    await requireSameFromAll(bench, subgraphs, choices, requests);

    const samples = new Map<string, Sample[]>(choices.map(({ id }) => [id, []]));
    for (let round = 0; round < bench.options.rounds; round += 1) {
      bench.say(`boot: round ${round + 1} ...`);
      for (const choice of rotate(choices, round)) {
        await clearLogs(bench.folder);
        await forgetAnswers(subgraphs.redis);
        samples.get(choice.id)?.push(await measure(choice, requests, bench, subgraphs));
      }
    }
    const rows: Row[] = choices.map(({ id, name }) => ({ id, name, samples: samples.get(id) ?? [] }));
    const table = { id: 'profile', title: 'a profile, one client', against: 'stock', rows };
    return { title: 'Boot', tables: [table], aims: bootAims(rows) } satisfies Report;
  },
};

async function choicesOf(folder: string): Promise<GatewayChoice[]> {
  const file = join(folder, 'warm-up.json');
  const operations = documentsFor(1).map(({ operationName, query }) => ({
    id: operationName,
    name: operationName,
    type: 'query',
    body: query,
  }));
  await writeFile(
    file,
    JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }),
  );
  return [
    { id: 'ours', name: 'ours', env: {} },
    { id: 'ours-warmed', name: 'ours, told the operation', env: { WARM_UP_FILE: file } },
    stock,
    hive,
  ];
}

async function requireSameFromAll(
  bench: Bench,
  subgraphs: Subgraphs,
  choices: readonly GatewayChoice[],
  requests: Requests,
): Promise<void> {
  await using systems = await startGateways(bench, subgraphs, choices);
  await requireSameAnswers(systems.all, requests, full);
}

async function measure(
  choice: GatewayChoice,
  requests: Requests,
  bench: Bench,
  subgraphs: Subgraphs,
): Promise<Sample> {
  const begun = performance.now();
  await using systems = await startGateways(bench, subgraphs, [choice]);
  const ready = performance.now() - begun;
  const [system] = systems.all;
  if (system === undefined) throw new Error(`${choice.name} was not started`);
  const { server } = system.processes;
  const readyCpu = server === undefined ? undefined : await cpuTimeMs(server);

  const [first = Number.NaN] = await time(system, requests, 0, 1);
  await time(system, requests, 1, laterRequests / 2);
  const before = await usageOf(system);
  const later = await time(system, requests, 1 + laterRequests / 2, laterRequests / 2);
  const after = await usageOf(system);
  return {
    requestsPerSecond: (1_000 * later.length) / later.reduce((sum, ms) => sum + ms, 0),
    p50Ms: median(later),
    p99Ms: percentile(later, 0.99),
    ...perRequest(before, after, later.length),
    figures: {
      [readyMs]: ready,
      ...(readyCpu === undefined ? {} : { [readyCpuMs]: readyCpu }),
      [firstMs]: first,
      [firstOfWarm]: first / median(later),
      ...(await peakOf(system)),
    },
  };
}

/** Asks for so many profiles from one on, each on a connection of its own, as a first request has to. */
async function time(system: System, requests: Requests, from: number, count: number): Promise<number[]> {
  const times: number[] = [];
  for (const body of requests.bodies.slice(from, from + count)) {
    const asked = performance.now();
    const answer: Answer = await ask({ ...requests, body, url: system.url });
    times.push(performance.now() - asked);
    if (answer.status !== 200 || !answer.body.includes(full))
      throw new Error(`${system.name} answers with status ${answer.status}: ${answer.body.subarray(0, 500)}`);
  }
  return times;
}
