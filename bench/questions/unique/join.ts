import { join } from 'node:path';
import { freePort } from '../../../local/free-port.ts';
import type { BenchDatabases } from '../../systems/databases.ts';
import { joinDatabase } from '../../systems/join-database.ts';
import { startProcess } from '../../systems/process.ts';
import type { System } from '../../systems/system.ts';

/**
 * What somebody would write by hand who needs this one page: one statement behind bare node:http. Knows nothing of GraphQL
 * but the shape of the answer.
 */
export async function startJoin(options: {
  id: string;
  name: string;
  databases: BenchDatabases;
  /** Whether requests that wait share a statement. */
  coalesces: boolean;
  folder: string;
  signal: AbortSignal;
}): Promise<System & AsyncDisposable> {
  const { id, name, databases, coalesces, folder, signal } = options;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = await startProcess({
    name: id,
    args: [join(import.meta.dirname, 'join.main.ts')],
    env: {
      PORT: String(port),
      DATABASE_URL: databases.url(joinDatabase),
      COALESCE: coalesces ? 'on' : 'off',
    },
    readyUrl: url,
    folder,
    signal,
  });
  return {
    id,
    name,
    url,
    processes: { server: started.pid, PostgreSQL: databases.pid },
    counters: () => databases.counters([joinDatabase]),
    isHit: () => false,
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}
