import { join } from 'node:path';
import { startDatabaseServer } from '../../systems/database-server.ts';
import type { BenchDatabases } from '../../systems/databases.ts';
import { joinDatabase } from '../../systems/join-database.ts';
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
  const { coalesces, ...server } = options;
  return startDatabaseServer({
    ...server,
    args: [join(import.meta.dirname, 'join.main.ts')],
    env: { COALESCE: coalesces ? 'on' : 'off' },
    database: joinDatabase,
  });
}
