import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compose } from '../../gateway/composition/compose.ts';
import { freePort } from '../../local/free-port.ts';
import { maliciousCorpus } from '../malicious/corpus.ts';
import type { CorpusRequest, MaliciousClass } from '../malicious/requests.ts';
import { targets } from '../malicious/schema.ts';
import { sendRequest } from '../malicious/send-request.ts';
import { cpuTimeMs } from '../measure/cpu-time.ts';
import type { Report, Row } from '../report/report.ts';
import { startProcess } from '../systems/process.ts';
import type { Question } from './question.ts';

/** Of each class, so that CPU time, which is counted in steps of 10 ms, says something. */
const requestsPerRound = 100;

/** What a request costs that is refused, by what is wrong with it. */
export const refusals: Question = {
  summary: 'what refusing a malicious request costs, by class of the corpus',
  systems: ['gateway'],
  cases: maliciousCorpus.map(({ name }) => name),
  clients: [1],

  async ask({ folder, options, say, wantsCase }) {
    const [port, adminPort] = [await freePort(), await freePort()];
    await using gateway = await startProcess({
      name: 'refusals',
      args: [join(import.meta.dirname, '../../gateway/main.ts')],
      env: {
        NODE_ENV: 'production',
        SUPERGRAPH_FILE: await writeSupergraph(folder),
        SUBGRAPH_SECRET: 'nobody is behind these subgraphs',
        CACHE: 'off',
        RATE_LIMIT_PER_MINUTE: '100000000',
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
      },
      readyUrl: `http://127.0.0.1:${adminPort}/health/ready`,
      folder,
      signal: options.signal,
    });
    const rows: Row[] = [];
    for (const malicious of maliciousCorpus.filter(({ name }) => wantsCase(name))) {
      say(`refusals: ${malicious.name} ...`);
      const samples = [];
      for (let round = 0; round < options.rounds; round += 1)
        samples.push(await measure(malicious, `http://127.0.0.1:${port}/graphql`, gateway.pid, round));
      rows.push({ id: malicious.name, name: `${malicious.name} (${malicious.code})`, samples });
    }
    return {
      title: 'Refusals',
      tables: [{ id: 'refusals', title: 'one client, one connection a request', against: '', rows }],
      aims: [],
    } satisfies Report;
  },
};

async function measure({ hostile, code }: MaliciousClass, url: string, pid: number, round: number) {
  const times: number[] = [];
  const cpuBefore = await cpuTimeMs(pid);
  const started = performance.now();
  for (let count = 0; count < requestsPerRound; count += 1) {
    const [request] = hostile.slice(count % hostile.length);
    if (request === undefined) continue;
    const before = performance.now();
    const { body } = await sendRequest(
      url,
      code.startsWith('GRAPHQL_') || code === 'BAD_REQUEST'
        ? request
        : neverSeen(request, `${round}-${count}`),
    );
    times.push(performance.now() - before);
    if (!body.includes(code)) throw new Error(`not refused with ${code}: ${body.slice(0, 500)}`);
  }
  const seconds = (performance.now() - started) / 1_000;
  const cpuAfter = await cpuTimeMs(pid);
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    requestsPerSecond: times.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMs:
      cpuBefore === undefined || cpuAfter === undefined
        ? {}
        : { gateway: (cpuAfter - cpuBefore) / times.length },
    counters: {},
    figures: { 'max ms': at(1) },
  };
}

/** What was refused before is remembered; an attacker says it anew each time. */
function neverSeen(request: CorpusRequest, salt: string): CorpusRequest {
  if (!request.body.startsWith('{"query":"')) return request;
  return { ...request, body: `{"query":"#${salt}\\n${request.body.slice('{"query":"'.length)}` };
}

async function writeSupergraph(folder: string): Promise<string> {
  const { supergraph } = await compose(
    targets.map((target) => ({ ...target, url: 'http://127.0.0.1:9/graphql', file: 'schema.ts' })),
  );
  const file = join(folder, 'refusals.graphql');
  await writeFile(file, supergraph);
  return file;
}
