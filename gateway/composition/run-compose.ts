import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ConfigError } from '../../platform/config.ts';
import { type Composition, compose, type Hint } from './compose.ts';
import { readSupergraphConfig } from './supergraph-config.ts';

/**
 * `npm run compose`: composes what a `supergraph.yaml` names and writes supergraph.graphql and schema.graphql beside
 * it. With `check` it writes nothing, and fails when a file there is not what would have been written.
 *
 * @returns the exit code. Everything there is to say goes to `print`, line by line.
 */
export async function runCompose(options: {
  configFile: string;
  check: boolean;
  env: NodeJS.ProcessEnv;
  print: (line: string) => void;
}): Promise<0 | 1> {
  const { configFile, check, env, print } = options;
  try {
    const { federationVersion, subgraphs } = readSupergraphConfig(configFile, env);
    requireSameMinor(federationVersion);
    const composition = await compose(subgraphs);
    printHints(composition.hints, print);
    if (composition.hints.some(({ level }) => level === 'WARN')) {
      print('A hint of level WARN is an error here: the subgraphs contradict each other.');
      return 1;
    }
    const stale = check ? staleFiles(configFile, composition) : [];
    for (const path of stale) print(`${path} is not what the subgraphs compose to: run npm run compose`);
    if (!check) for (const path of write(configFile, composition)) print(`wrote ${path}`);
    return stale.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    print(error.message);
    return 1;
  }
}

function outputs(configFile: string, composition: Composition): [path: string, text: string][] {
  const folder = dirname(configFile);
  return [
    [join(folder, 'supergraph.graphql'), composition.supergraph],
    [join(folder, 'schema.graphql'), composition.apiSchema],
  ];
}

function write(configFile: string, composition: Composition): string[] {
  return outputs(configFile, composition).map(([path, text]) => {
    // Renamed into place: a gateway that watches the file never reads half of it.
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
    return relative('', path);
  });
}

function staleFiles(configFile: string, composition: Composition): string[] {
  return outputs(configFile, composition)
    .filter(([path, text]) => readIfThere(path) !== text)
    .map(([path]) => relative('', path));
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function printHints(hints: readonly Hint[], print: (line: string) => void): void {
  for (const level of ['WARN', 'INFO', 'DEBUG'] as const)
    for (const hint of hints)
      if (hint.level === level) print(`${level.padEnd(5)} ${hint.code}: ${hint.message}`);
}

/** Rover composes with the version that the file names, and we with the one that is installed. */
function requireSameMinor(federationVersion: string): void {
  const installed = installedVersion();
  const minor = (version: string) => version.split('.').slice(0, 2).join('.');
  if (minor(federationVersion) !== minor(installed))
    throw new ConfigError(
      `federation_version is =${federationVersion}, but @apollo/composition ${installed} is installed: name the same minor version.`,
    );
}

function installedVersion(): string {
  const manifest = new URL(import.meta.resolve('@apollo/composition/package.json'));
  const { version }: { version: string } = JSON.parse(readFileSync(manifest, 'utf8'));
  return version;
}
