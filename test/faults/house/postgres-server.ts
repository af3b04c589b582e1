import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../local/embedded-postgres.ts';
import { freePort } from '../../../local/free-port.ts';
import { isAlive } from '../../../local/is-alive.ts';
import { type Database, migrationsFolder } from '../../../prisma/databases.ts';
import { migrate } from '../../../prisma/migrate.ts';
import { withClient } from '../../support/databases.ts';
import { until } from '../../support/poll.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

/** Nothing has to survive the machine; a crash of PostgreSQL itself, though, loses nothing that was committed. */
const settings = { fsync: 'off', full_page_writes: 'off' };

export interface PostgresServer extends AsyncDisposable {
  /** As superuser, through the proxy: for the subgraph. */
  readonly url: string;
  /** As superuser, past the proxy. */
  readonly directUrl: string;
  readonly proxy: TcpProxy;
  /** That its tables are on; undefined where none could be mounted. */
  readonly smallDisk: SmallDisk | undefined;
  /** Ends every connection, as an operator or a failover does. */
  terminateBackends(): Promise<void>;
  stop(): Promise<void>;
  /** As after a power cut: nobody is told, and the log has to be replayed. */
  crash(): Promise<void>;
  start(): Promise<void>;
}

/** @param options.folder is kept; what an earlier run left in the database is not */
export async function startPostgresServer(options: {
  folder: string;
  database: Database;
}): Promise<PostgresServer> {
  const { folder, database } = options;
  const port = await freePort();
  const start = () => startEmbeddedPostgres({ folder, port, settings });
  let server = await start();
  await using opening = new AsyncDisposableStack();
  opening.defer(() => server.stop());
  await withClient(server.url('postgres'), async (admin) => {
    await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await admin.query('DROP TABLESPACE IF EXISTS small');
  });
  await server.ensureDatabase(database);
  const smallDisk = await mountSmallDisk({
    folder: join(server.folder, 'small-disk'),
    database,
    admin: server.url('postgres'),
  });
  opening.use(smallDisk);
  const directUrl = server.url(database);
  await migrate({ databaseUrl: directUrl, folder: migrationsFolder(database) });
  const proxy = opening.use(await startTcpProxy({ host: '127.0.0.1', port }));
  const url = new URL(directUrl);
  url.port = String(proxy.port);

  const stack = opening.move();
  return {
    url: url.href,
    directUrl,
    proxy,
    smallDisk,
    async terminateBackends() {
      await withClient(directUrl, (client) =>
        client.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        ),
      );
    },
    stop: () => server.stop(),
    async crash() {
      const [pid] = (await readFile(join(server.folder, 'data/postmaster.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGQUIT');
      await until('PostgreSQL to be gone', async () => !isAlive(Number(pid)) || undefined);
    },
    async start() {
      server = await start();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
