import { access, chmod, glob, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../local/embedded-postgres.ts';
import { isAlive } from '../../local/is-alive.ts';
import { stopRedisOn } from '../../local/private-redis.ts';

/** Names hold the number of the runner's process: that is how a later run knows whose folder it is. */
const prefix = 'supergraph-test-';

/** A temporary folder for what one run of the tests starts. */
export async function createRunFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  // PostgreSQL has to reach its folder in this one when it runs as another user.
  await chmod(folder, 0o711);
  return folder;
}

export function postgresFolder(runFolder: string): string {
  return join(runFolder, 'postgres');
}

/** Stops the Redis servers of test files that were killed before they could, and removes the folder. */
export async function removeRunFolder(folder: string): Promise<void> {
  for await (const socket of glob('redis-*/redis.sock', { cwd: folder }))
    await stopRedisOn(join(folder, socket));
  await rm(folder, { recursive: true, force: true });
}

/** Cleans up after runners that were killed: nobody else would stop their servers. */
export async function removeAbandonedRunFolders(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const runner = Number(name.slice(prefix.length).split('-')[0]);
    if (isAlive(runner)) continue;
    // Best effort: it may be another user's, or another run may be cleaning it up, too.
    await abandon(join(tmpdir(), name)).catch(() => {});
  }
}

async function abandon(folder: string): Promise<void> {
  const postgres = postgresFolder(folder);
  if (await exists(join(postgres, 'data', 'postmaster.pid'))) {
    // Taking the server over is the way to stop it.
    const server = await startEmbeddedPostgres({ folder: postgres, port: 0 });
    await server.stop();
  }
  await removeRunFolder(folder);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
