import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

const bench = join(import.meta.dirname, '..');
/** With packages that the others don't bear: bench/peers/mercurius/package.json says why. */
const mercurius = join(import.meta.dirname, 'mercurius');

/**
 * Installs the packages of the peers, from their lock files, unless they are there: the project itself does without.
 *
 * @throws Error when npm fails; it has said why then
 */
export async function installPeers(say: (message: string) => void): Promise<void> {
  for (const folder of [bench, mercurius])
    if (!(await isInstalled(folder))) {
      say(`Installing peers once: npm ci --prefix ${relative(process.cwd(), folder)}`);
      install(folder);
    }
}

function install(folder: string): void {
  // The npm that runs this, where there is one: that on the PATH may be another.
  const npm = process.env.npm_execpath;
  const [program, args] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const { status } = spawnSync(program, [...args, 'ci', '--prefix', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0)
    throw new Error('The peers could not be installed. --systems leaves them out: see docs/benchmarks.md.');
}

/**
 * What lies in bench/ takes packages from among the peers where they are, and from the project where they are not. Of some
 * from here and some from there, two copies of graphql would meet.
 *
 * @throws Error when the peers are there, but not those of bench/package-lock.json
 */
export async function requireNoOldPeers(): Promise<void> {
  if ((await changedMs(bench, installedFile)) === 0 || (await isInstalled(bench))) return;
  throw new Error('The peers that are installed are those of another version: npm ci --prefix bench');
}

/** npm writes its own lock file last, so one that is older than ours is that of another version of it. */
async function isInstalled(folder: string): Promise<boolean> {
  return (await changedMs(folder, installedFile)) >= (await changedMs(folder, 'package-lock.json'));
}

const installedFile = 'node_modules/.package-lock.json';

/** 0 for a file that isn't there. */
function changedMs(folder: string, file: string): Promise<number> {
  return stat(join(folder, file)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
