import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { countedAs, type ShopProgram, type ShopState, type SubgraphThread } from './shop.ts';
import { shopSubgraphs } from './subgraphs.ts';

/** All subgraphs of the shop, each in a thread of its own. Says where they are, and what they have counted together. */
const { size, port }: ShopProgram = JSON.parse(process.argv[2] ?? '');
const counts = new Int32Array(
  new SharedArrayBuffer(Object.keys(countedAs).length * Int32Array.BYTES_PER_ELEMENT),
);
// An error in a thread is nobody's to handle: it ends the process.
const ports = await Promise.all(
  shopSubgraphs.map(async ({ name }) => {
    const workerData: SubgraphThread = { name, size, counts };
    const thread = new Worker(join(import.meta.dirname, 'subgraph.main.mjs'), { workerData });
    const [listeningOn] = await once(thread, 'message');
    return [name, Number(listeningOn)] as const;
  }),
);

const server = createServer((_request, response) => {
  const counted = ([name, place]: [string, number]) => [name, Atomics.load(counts, place)] as const;
  const state: ShopState = {
    ports: Object.fromEntries(ports),
    counts: Object.fromEntries(Object.entries(countedAs).map(counted)),
  };
  response.end(JSON.stringify(state));
});
server.listen(port, '127.0.0.1');
