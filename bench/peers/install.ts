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

/** npm writes its own lock file last, so one that is older than ours is that of another version of it. */
async function isInstalled(): Promise<boolean> {
  const changedMs = (file: string) =>
    stat(join(bench, file)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
  return (await changedMs('node_modules/.package-lock.json')) >= (await changedMs('package-lock.json'));
}
