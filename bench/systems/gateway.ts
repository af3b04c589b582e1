import { join } from 'node:path';
import { freePort } from '../../local/free-port.ts';
import { ask } from '../measure/ask.ts';
import { startProcess } from './process.ts';
import type { Services } from './services.ts';
import type { System } from './system.ts';

/** More than any gateway could answer: this one counts, as in production, and refuses nothing. */
const rateLimit = '100000000';

/** Our gateway, in a process of its own, configured as in production. */
export async function startGateway(options: {
  id: string;
  name: string;
  subgraphs: Services;
  /** Variables that differ from the defaults. */
  env?: Readonly<Record<string, string>>;
  folder: string;
  signal: AbortSignal;
}): Promise<System & AsyncDisposable> {
  const { id, name, subgraphs, env = {}, folder, signal } = options;
  const [port, adminPort] = [await freePort(), await freePort()];
  const started = await startProcess({
    name: id,
    args: [join(import.meta.dirname, '../../gateway/main.ts')],
    env: {
      ...subgraphs.gatewayEnvironment,
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      RATE_LIMIT_PER_MINUTE: rateLimit,
      ...env,
    },
    readyUrl: `http://127.0.0.1:${adminPort}/health/ready`,
    folder,
    signal,
  });
  const metrics = { url: `http://127.0.0.1:${adminPort}/metrics`, method: 'GET', headers: {}, body: '' };
  return {
    id,
    name,
    url: `http://127.0.0.1:${port}/graphql`,
    processes: { server: started.pid, ...subgraphs.processes },
    async counters() {
      const { body } = await ask(metrics);
      const text = body.toString();
      return {
        ...(await subgraphs.counters()),
        'subgraph calls': sumOf(text, 'gateway_subgraph_call_seconds_count'),
        ...(env.CACHE === 'off' ? {} : { 'cache hits': sumOf(text, 'gateway_cache_hits_total') }),
      };
    },
    isHit: ({ headers }) => /^[^,]*;\s*hit/.test(String(headers['cache-status'] ?? '')),
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}

/** Of a counter's values under all labels, from the metrics' text. */
function sumOf(metrics: string, name: string): number {
  const values = metrics.matchAll(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'gm'));
  return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
}
