import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
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
  if ((await versionsIn(bench, installedFile)).size === 0 || (await isInstalled(bench))) return;
  throw new Error('The peers that are installed are those of another version: npm ci --prefix bench');
}

/** By what npm notes of its last install: times of files say nothing, for git writes them anew. */
async function isInstalled(folder: string): Promise<boolean> {
  const wanted = await versionsIn(folder, 'package-lock.json');
  const installed = await versionsIn(folder, installedFile);
  // Of what is for some platforms only, the others' is not installed.
  const isMissing = ([place, { optional }]: [string, Locked]) => !optional && !installed.has(place);
  const isOther = ([place, { version }]: [string, Locked]) => wanted.get(place)?.version !== version;
  return ![...wanted].some(isMissing) && ![...installed].some(isOther);
}

const installedFile = 'node_modules/.package-lock.json';

interface Locked {
  readonly version: string;
  readonly optional?: boolean;
}

/** By their place; none where there is no such file. */
async function versionsIn(folder: string, file: string): Promise<Map<string, Locked>> {
  const text = await readFile(join(folder, file), 'utf8').catch(() => '{ "packages": {} }');
  const { '': _itself, ...packages } = (JSON.parse(text) as { packages: Record<string, Locked> }).packages;
  return new Map(Object.entries(packages));
}
