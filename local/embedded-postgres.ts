import { randomBytes } from 'node:crypto';
import { access, chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { freePort, isPortFree } from './free-port.ts';
import { isAlive } from './is-alive.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { runProgram } from './run-program.ts';
import { ownFolder, serverUser } from './server-user.ts';

export interface EmbeddedPostgresOptions {
  /** Where the server keeps its data, log and password between starts. */
  folder: string;
  /** Port on 127.0.0.1; 0 picks a free one. */
  port: number;
  /** Lines of postgresql.conf, like `{ fsync: 'off' }`. */
  settings?: Record<string, string>;
  /** Told what is worth a line on the screen: a first start, a server left behind by a killed run. */
  log?: (message: string) => void;
}

export interface EmbeddedPostgres {
  /** Where it keeps its files: the wanted folder, or another one where the server's account can't enter that. */
  folder: string;
  /** Connection string of a database, as superuser. */
  url(database: string): string;
  /** Creates the database unless it exists. */
  ensureDatabase(name: string): Promise<void>;
  /** Stops the server cleanly, whoever is still connected. Does nothing where it has stopped already. */
  stop(): Promise<void>;
}

const duplicateDatabase = '42P04';

/**
 * Starts the PostgreSQL that npm installed. It listens on the loopback address only and wants a password even there: on
 * a shared machine a superuser without one is a door to the account that runs it.
 *
 * The server is in a session of its own: Ctrl-C in a terminal reaches this process but not PostgreSQL, and its users can
 * finish first. When this process is killed the server stays; the next start on the same folder stops it.
 *
 * @throws Error that says what is wrong: port taken, folder in use by a living process, or the server's own last words
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { settings = {}, log = () => {} } = options;
  const user = await serverUser();
  const folder = await ownFolder(user, resolve(options.folder));
  const { initdb, pgCtl } = await postgresBinaries(folder, user);
  const inFolder = { ...user, cwd: folder };
  const data = join(folder, 'data');
  const logFile = join(folder, 'server.log');
  const passwordFile = join(folder, 'password');
  const ownerFile = join(folder, 'owner.pid');

  await stopOrphan();
  if (!(await exists(data))) await createData();
  const password = await readFile(passwordFile, 'utf8');
  const port = options.port === 0 ? await freePort() : options.port;
  if (!(await isPortFree(port))) throw new Error(`Port ${port}, wanted for PostgreSQL, is taken.`);
  await start();

  const url = (database: string) => `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
  return { folder, url, ensureDatabase: (name) => ensureDatabase(url('postgres'), name), stop };

  async function stopOrphan(): Promise<void> {
    if (!(await isRunning())) return;
    const owner = Number(await readFile(ownerFile, 'utf8').catch(() => '0'));
    if (isAlive(owner))
      throw new Error(`The PostgreSQL in ${folder} belongs to process ${owner}, which still runs.`);
    log('stopping the PostgreSQL that a killed run left behind');
    await stop();
  }

  async function createData(): Promise<void> {
    log('creating a PostgreSQL data folder');
    await writeAsServer(passwordFile, randomBytes(24).toString('hex'));
    // Made aside and renamed: a folder called data is always complete, however an earlier start ended.
    const unfinished = `${data}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    // The builtin locale sorts and folds case alike on every machine. One hashing round is enough for a random password
    // and makes connecting cheap.
    await runProgram(
      initdb,
      [
        ...[
          '--pgdata',
          unfinished,
          '--username',
          'postgres',
          '--pwfile',
          passwordFile,
          '--auth',
          'scram-sha-256',
        ],
        ...[
          '--encoding',
          'UTF8',
          '--locale',
          'C',
          '--locale-provider',
          'builtin',
          '--builtin-locale',
          'C.UTF-8',
        ],
        ...['--set', 'scram_iterations=1', '--no-sync', '--no-instructions'],
      ],
      inFolder,
    );
    await rename(unfinished, data);
  }

  async function start(): Promise<void> {
    const lines = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: '',
      ...settings,
    };
    const conf = Object.entries(lines).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
    await writeAsServer(join(data, 'postgresql.conf'), conf.join(''));
    await writeAsServer(logFile, '');
    await writeFile(ownerFile, String(process.pid));
    try {
      await runProgram(pgCtl, ['start', '--pgdata', data, '--log', logFile, '--wait', '--silent'], inFolder);
    } catch (error) {
      const lastWords = await readFile(logFile, 'utf8').catch(() => '');
      // It may only have been too slow.
      await stop().catch(() => {});
      throw new Error(`PostgreSQL did not start (${logFile}):\n${lastWords.trim()}`, { cause: error });
    }
  }

  function isRunning(): Promise<boolean> {
    return runProgram(pgCtl, ['status', '--pgdata', data], inFolder).then(
      () => true,
      () => false,
    );
  }

  async function stop(): Promise<void> {
    if (!(await isRunning())) return;
    await runProgram(pgCtl, ['stop', '--pgdata', data, '--mode', 'fast', '--wait', '--silent'], inFolder);
  }

  async function writeAsServer(file: string, content: string): Promise<void> {
    await writeFile(file, content, { mode: 0o600 });
    if (user) await chown(file, user.uid, user.gid);
  }
}

async function ensureDatabase(maintenanceUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: maintenanceUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === duplicateDatabase)) throw error;
  } finally {
    await client.end();
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
