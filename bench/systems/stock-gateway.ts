import { join } from 'node:path';
import { freePort } from '../../local/free-port.ts';
import { ask } from '../measure/ask.ts';
import { startProcess } from './process.ts';
import type { Subgraphs } from './supergraph.ts';
import type { System } from './system.ts';

/**
 * Apollo's gateway as its documentation builds one: Apollo Server in Express, with the response-cache plugin on Redis.
 * Its packages have to be installed (see peers/install.ts).
 */
export async function startStockGateway(options: {
  id: string;
  name: string;
  subgraphs: Subgraphs;
  /** Whether it has the plugin. */
  caches: boolean;
  folder: string;
  signal: AbortSignal;
}): Promise<System & AsyncDisposable> {
  const { id, name, subgraphs, caches, folder, signal } = options;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = await startProcess({
    name: id,
    args: [join(import.meta.dirname, '../peers/stock-gateway.main.mjs')],
    env: { ...subgraphs.gatewayEnvironment, PORT: String(port), RESPONSE_CACHE: caches ? 'on' : 'off' },
    readyUrl: `${url}/health/ready`,
    folder,
    signal,
  });
  const { redis, users, posts } = subgraphs;
  return {
    id,
    name,
    url: `${url}/graphql`,
    processes: { server: started.pid, Redis: redis.pid, users: users.pid, posts: posts.pid },
    async counters() {
      const { body } = await ask({ url: `${url}/subgraph-calls`, method: 'GET', headers: {}, body: '' });
      return { ...(await redis.counters()), 'subgraph calls': Number(body.toString()) };
    },
    // The plugin tells of a hit by its age, and by nothing else.
    isHit: ({ headers }) => headers.age !== undefined,
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}
