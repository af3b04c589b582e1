import { freePort } from '../../local/free-port.ts';
import type { BenchDatabases } from './databases.ts';
import { startProcess } from './process.ts';
import type { System } from './system.ts';

/** A program that answers out of one database, which it finds by DATABASE_URL, on PORT: see serve-from-database.ts. */
export async function startDatabaseServer(options: {
  id: string;
  name: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  database: string;
  databases: BenchDatabases;
  folder: string;
  signal: AbortSignal;
}): Promise<System & AsyncDisposable> {
  const { id, name, args, env = {}, database, databases, folder, signal } = options;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = await startProcess({
    name: id,
    args,
    env: { ...env, PORT: String(port), DATABASE_URL: databases.url(database) },
    readyUrl: url,
    folder,
    signal,
  });
  return {
    id,
    name,
    url,
    processes: { server: started.pid, PostgreSQL: databases.pid },
    counters: () => databases.counters([database]),
    isHit: () => false,
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}
