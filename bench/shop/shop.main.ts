import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { countedAs, type ShopProgram, type SubgraphThread } from './shop.ts';

/** All subgraphs of the shop, each in a thread of its own, and what they count together. */
const { size, ports, countsPort }: ShopProgram = JSON.parse(process.argv[2] ?? '');
const counts = new Int32Array(
  new SharedArrayBuffer(Object.keys(countedAs).length * Int32Array.BYTES_PER_ELEMENT),
);
const threads = Object.entries(ports).map(([name, port]) => {
  const workerData: SubgraphThread = { name, port, size, counts };
  return new Worker(join(import.meta.dirname, 'subgraph.main.mjs'), { workerData });
});
// Each says once that it listens. An error in one of them is nobody's to handle: it ends the process.
await Promise.all(threads.map((thread) => once(thread, 'message')));

const server = createServer((_request, response) => {
  const figures = Object.entries(countedAs).map(([name, index]) => [name, Atomics.load(counts, index)]);
  response.end(JSON.stringify(Object.fromEntries(figures)));
});
server.listen(countsPort, '127.0.0.1');
