import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../../platform/config.ts';
import { expandVariables } from './expand-variables.ts';

/** A subgraph as a `supergraph.yaml` names it. */
export interface SubgraphSource {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  /** For messages. */
  readonly file: string;
}

export interface SupergraphConfig {
  /** Like `2.14.0`. */
  readonly federationVersion: string;
  readonly subgraphs: readonly SubgraphSource[];
}

/**
 * The part of rover's `supergraph.yaml` that composing from files needs. Whatever else rover would take (introspected
 * subgraphs, graph refs) is refused rather than passed over: both must compose the same.
 */
const shape = z.strictObject({
  federation_version: z
    .string('must name an exact version, like =2.14.0')
    .regex(/^=2\.\d+\.\d+$/, 'must name an exact version, like =2.14.0'),
  subgraphs: z.record(
    z.string(),
    z.strictObject({
      routing_url: z.url('must be a URL'),
      schema: z.strictObject({ file: z.string('must name a file') }),
    }),
  ),
});

/**
 * Reads a `supergraph.yaml` with the schemas it names; their paths are relative to it.
 *
 * @throws ConfigError naming every fault.
 */
export function readSupergraphConfig(path: string, env: NodeJS.ProcessEnv): SupergraphConfig {
  const result = shape.safeParse(expandAll(readYaml(path), path, env));
  if (!result.success) {
    const faults = result.error.issues.map(({ path: at, message }) => `  ${at.join('.')}: ${message}`);
    throw new ConfigError(`${path} has ${faults.length} fault(s):\n${faults.join('\n')}`);
  }
  const { federation_version: version, subgraphs } = result.data;
  return {
    federationVersion: version.slice(1),
    subgraphs: Object.entries(subgraphs).map(([name, { routing_url: url, schema }]) => {
      const file = resolve(dirname(path), schema.file);
      return { name, url, file, sdl: readText(file) };
    }),
  };
}

function readYaml(path: string): unknown {
  const text = readText(path);
  try {
    return parseYaml(text);
  } catch (cause) {
    throw new ConfigError(`${path} is not YAML: ${messageOf(cause)}`, { cause });
  }
}

/** Rover expands variables in values, not in keys. */
function expandAll(value: unknown, path: string, env: NodeJS.ProcessEnv): unknown {
  if (typeof value === 'string') {
    try {
      return expandVariables(value, env);
    } catch (cause) {
      throw new ConfigError(`${path}: ${messageOf(cause)}`, { cause });
    }
  }
  if (Array.isArray(value)) return value.map((item) => expandAll(item, path, env));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expandAll(item, path, env)]));
  return value;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${path} cannot be read`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
