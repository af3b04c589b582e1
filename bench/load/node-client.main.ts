import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import type { LoadOptions, LoadRequest, LoadResult } from './load-generator.ts';

/** Loads the server that the file in the first argument names, and says how it went. */
const spec: LoadRequest & Omit<LoadOptions, 'signal'> & { skip: number } = JSON.parse(
  await readFile(process.argv[2] ?? '', 'utf8'),
);
const { url, method, headers, body, bodies = [body], connections, seconds } = spec;
let sent = spec.skip;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const latenciesMs: number[] = [];
let bytes = 0;
let failed = 0;

const startMs = performance.now();
const endMs = startMs + seconds * 1_000;
await Promise.all(Array.from({ length: connections }, askUntilTheEnd));
const result: LoadResult = {
  requests: latenciesMs.length,
  seconds: (performance.now() - startMs) / 1_000,
  bytes,
  failed,
  ...percentiles(),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
agent.destroy();

async function askUntilTheEnd(): Promise<void> {
  while (performance.now() < endMs) {
    const askedMs = performance.now();
    if (!(await askOnce())) failed += 1;
    latenciesMs.push(performance.now() - askedMs);
  }
}

function askOnce(): Promise<boolean> {
  return new Promise((resolve) => {
    const next = bodies[sent++ % bodies.length] ?? '';
    const length = next === '' ? {} : { 'content-length': Buffer.byteLength(next) };
    const asking = request(url, { agent, method, headers: { ...headers, ...length } }, (response) => {
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('error', () => resolve(false));
      response.on('end', () => resolve((response.statusCode ?? 500) < 400));
    });
    asking.on('error', () => resolve(false));
    asking.end(next);
  });
}

function percentiles(): { p50Ms: number; p99Ms: number } {
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
