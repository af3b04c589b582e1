import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';

export interface PrivateRedis {
  /** For `REDIS_URL`: `unix:///folder/redis.sock`. */
  url: string;
  /** Path of the Unix socket, which is how ioredis takes it (it knows no `unix:` URL). */
  path: string;
  /** Stops the server; what it held is gone. */
  stop(): Promise<void>;
}

/** What the kernel allows for the path of a Unix socket, with room for its closing zero. */
const longestSocketPath = 103;

/**
 * Starts a `redis-server` of our own that keeps nothing on disk and listens on a Unix socket in `folder` only, so that it
 * neither takes a port nor meets a Redis that happens to run on the machine. Like the embedded PostgreSQL it doesn't
 * hear Ctrl-C, and one that a killed run left behind is stopped first.
 *
 * @returns undefined where there is no `redis-server` (see {@link findRedisServer})
 * @throws Error with the server's own last words when it doesn't start
 */
export async function startPrivateRedis(options: {
  folder: string;
  /** Path of the program; found on the PATH by default. */
  program?: string;
}): Promise<PrivateRedis | undefined> {
  const program = options.program ?? (await findRedisServer());
  if (!program) return undefined;
  const folder = resolve(options.folder);
  await mkdir(folder, { recursive: true });
  const socket = await socketPath(folder);
  await stopRedisOn(socket);

  const settings = [
    '--port',
    '0',
    '--unixsocket',
    socket,
    '--unixsocketperm',
    '700',
    '--save',
    '',
    '--dir',
    folder,
  ];
  const server = spawn(program, settings, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  await untilReady(server);
  // Nothing but a connection to it is a reason to keep this process running.
  server.unref();
  return {
    url: `unix://${socket}`,
    path: socket,
    stop: async () => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      server.ref();
      const exited = once(server, 'exit');
      server.kill('SIGTERM');
      await exited;
    },
  };
}

/** Path of the `redis-server` on the PATH. */
export async function findRedisServer(): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const program = join(folder, 'redis-server');
    if (await canRun(program)) return program;
  }
  return undefined;
}

function canRun(program: string): Promise<boolean> {
  return access(program, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function socketPath(folder: string): Promise<string> {
  const wanted = join(folder, 'redis.sock');
  if (Buffer.byteLength(wanted) <= longestSocketPath) return wanted;
  return join(await mkdtemp(join(tmpdir(), 'redis-')), 'redis.sock');
}

/** Stops the server that listens on a socket, if there is one: a private one whose process was killed. */
export async function stopRedisOn(socket: string): Promise<void> {
  const orphan = connect(socket);
  try {
    await once(orphan, 'connect');
  } catch {
    await rm(socket, { force: true });
    return;
  }
  // It closes the connection when it ends.
  const ended = once(orphan, 'close');
  orphan.on('error', () => {});
  orphan.resume();
  orphan.write('SHUTDOWN NOSAVE\r\n');
  await ended;
}

async function untilReady(server: ChildProcessByStdio<null, Readable, Readable>): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`redis-server did not start:\n${said.trim()}`)));
    for (const stream of [server.stdout, server.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
        // "The server is now ready to" up to 7.0, "Ready to" since.
        if (/ready to accept connections/i.test(said)) resolve();
      });
    }
  });
  server.removeAllListeners('exit');
  // Redis goes on without a reader for its log, and an orphan must not hold a stream of ours open.
  server.stdout.destroy();
  server.stderr.destroy();
}
