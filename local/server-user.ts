import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chown, lstat, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The account that PostgreSQL runs as: `undefined` means this process' own. */
export type ServerUser = { uid: number; gid: number } | undefined;

/**
 * PostgreSQL refuses to run as root (a container, a build machine), so there it runs as `postgres` where that account
 * exists, else as `nobody`. A made-up number won't do: initdb looks its name up.
 */
export async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find(([name]) => name === wanted) ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL cannot run as root, and there is no account postgres or nobody to run it as.');
}

/** Whether the account may enter the folder. Asked by trying, because modes don't tell all (ACLs, mounts). */
export function canEnter(user: ServerUser, folder: string): boolean {
  if (!user) return true;
  return spawnSync('/bin/sh', ['-c', 'cd -- "$0"', folder], { ...user, cwd: '/' }).status === 0;
}

/**
 * A folder of this account's own: the wanted one, or, when that lies in one closed to the account (root's home, say), a
 * folder in /var/tmp that is always the same for the same wanted one.
 */
export async function ownFolder(user: ServerUser, wanted: string): Promise<string> {
  await mkdir(wanted, { recursive: true });
  if (!user) return wanted;
  await chown(wanted, user.uid, user.gid);
  if (canEnter(user, wanted)) return wanted;

  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const elsewhere = join('/var/tmp', `embedded-postgres-${name}`);
  await mkdir(elsewhere, { recursive: true, mode: 0o700 });
  // Anybody can create a folder there. What we run and keep must not be somebody else's.
  const found = await lstat(elsewhere);
  if (!found.isDirectory() || (found.uid !== user.uid && found.uid !== 0)) {
    throw new Error(`${elsewhere} belongs to somebody else; remove it.`);
  }
  await chown(elsewhere, user.uid, user.gid);
  return elsewhere;
}
