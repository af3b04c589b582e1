import { spawnSync } from 'node:child_process';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serverUser } from '../../../local/server-user.ts';
import { withClient } from '../../support/databases.ts';

/** A disk that is small enough to be filled, with the tables of a database on it; its log of transactions is elsewhere. */
export interface SmallDisk extends AsyncDisposable {
  fill(): Promise<void>;
  empty(): Promise<void>;
}

/**
 * Mounts a disk in memory, and moves a database's tables there.
 *
 * @param options.url of the database, as superuser, with nobody else connected to it
 * @param options.admin of another database of the server
 * @returns undefined where mounting is not allowed
 */
export async function mountSmallDisk(options: {
  folder: string;
  database: string;
  admin: string;
}): Promise<SmallDisk | undefined> {
  const { folder, database, admin } = options;
  const user = await serverUser();
  if (process.platform !== 'linux' || user === undefined) return undefined;
  await mkdir(folder, { recursive: true });
  // What a killed run left mounted.
  spawnSync('umount', [folder]);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=700', 'tmpfs', folder]).status !== 0)
    return undefined;
  const unmount = () => void spawnSync('umount', ['--lazy', folder]);
  try {
    const tables = join(folder, 'tables');
    await mkdir(tables);
    for (const path of [folder, tables]) await chown(path, user.uid, user.gid);
    await withClient(admin, async (client) => {
      await client.query(`CREATE TABLESPACE small LOCATION '${tables}'`);
      await client.query(`ALTER DATABASE ${database} SET TABLESPACE small`);
    });
  } catch (error) {
    unmount();
    throw error;
  }
  const ballast = join(folder, 'ballast');
  return {
    async fill() {
      // Written until nothing more fits, which is the error that it ends with.
      await writeFile(ballast, Buffer.alloc(64 * 1024 * 1024)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error;
      });
    },
    empty: () => rm(ballast, { force: true }),
    async [Symbol.asyncDispose]() {
      // A server whose tablespace is gone complains at its next start.
      await withClient(admin, async (client) => {
        await client.query(`DROP DATABASE ${database} WITH (FORCE)`);
        await client.query('DROP TABLESPACE small');
      }).finally(unmount);
    },
  };
}
