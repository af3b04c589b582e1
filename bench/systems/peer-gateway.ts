import { join } from 'node:path';
import { freePort } from '../../local/free-port.ts';
import { ask } from '../measure/ask.ts';
import { startProcess } from './process.ts';
import type { Services } from './services.ts';
import type { System } from './system.ts';

/** Programs in bench/peers, whose packages have to be installed first (see peers/install.ts). */
const programs = {
  /** Apollo's gateway as its documentation builds one: Apollo Server in Express, and the response-cache plugin on Redis. */
  stock: { file: 'stock-gateway.main.mjs', env: {} },
  'stock-uncached': { file: 'stock-gateway.main.mjs', env: { RESPONSE_CACHE: 'off' } },
  /** Hive Gateway's runtime with its defaults, behind node:http. */
  hive: { file: 'hive-gateway.main.mjs', env: {} },
  /** Mercurius with compiled queries. It knows of no signatures. */
  mercurius: { file: 'mercurius/gateway.main.mjs', env: {} },
} as const;

export type PeerProgram = keyof typeof programs;

/** Somebody else's gateway. */
export async function startPeerGateway(options: {
  id: string;
  name: string;
  program: PeerProgram;
  subgraphs: Services;
  folder: string;
  signal: AbortSignal;
}): Promise<System & AsyncDisposable> {
  const { id, name, program, subgraphs, folder, signal } = options;
  const { file, env } = programs[program];
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const calls = { url: `${url}/subgraph-calls`, method: 'GET', headers: {}, body: '' };
  const started = await startProcess({
    name: id,
    args: [join(import.meta.dirname, '../peers', file)],
    env: { ...subgraphs.gatewayEnvironment, ...env, PORT: String(port) },
    readyUrl: calls.url,
    folder,
    signal,
  });
  return {
    id,
    name,
    url: `${url}/graphql`,
    processes: { server: started.pid, ...subgraphs.processes },
    async counters() {
      const { body } = await ask(calls);
      return { ...(await subgraphs.counters()), 'subgraph calls': Number(body.toString()) };
    },
    // Apollo's plugin tells of a hit by its age, and by nothing else.
    isHit: ({ headers }) => headers.age !== undefined,
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}
