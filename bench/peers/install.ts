import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

const bench = join(import.meta.dirname, '..');

/**
 * Installs the packages of the peers, from bench/package-lock.json, unless they are there: the project itself does without.
 *
 * @throws Error when npm fails; it has said why then
 */
export async function installPeers(say: (message: string) => void): Promise<void> {
  if (await isInstalled()) return;
  say('Installing the peers once: npm ci --prefix bench');
  // The npm that runs this, where there is one: that on the PATH may be another.
  const npm = process.env.npm_execpath;
  const [program, args] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const { status } = spawnSync(program, [...args, 'ci', '--prefix', bench], {
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
  if ((await changedMs(installedFile)) === 0 || (await isInstalled())) return;
  throw new Error('The peers that are installed are those of another version: npm ci --prefix bench');
}

/** npm writes its own lock file last, so one that is older than ours is that of another version of it. */
async function isInstalled(): Promise<boolean> {
  return (await changedMs(installedFile)) >= (await changedMs('package-lock.json'));
}

const installedFile = 'node_modules/.package-lock.json';

/** 0 for a file that isn't there. */
function changedMs(file: string): Promise<number> {
  return stat(join(bench, file)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
