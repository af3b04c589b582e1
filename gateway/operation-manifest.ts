import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError } from '../platform/config.ts';

const shape = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), name: z.string().optional(), body: z.string() })),
});

export type ListedOperation = z.output<typeof shape>['operations'][number];

/**
 * Reads a manifest as Apollo's tools write it: https://www.apollographql.com/docs/graphos/platform/security/persisted-queries.
 *
 * @param variable names the file, for whoever has to mend it
 * @throws ConfigError saying what is wrong with the file
 */
export async function readManifest(variable: string, path: string): Promise<readonly ListedOperation[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${variable}: ${path} cannot be read`, { cause });
  }
  return parseManifest(text, variable, path);
}

/** The same, of a file that was read. */
export function parseManifest(text: string, variable: string, path: string): readonly ListedOperation[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`${variable}: ${path} cannot be read as JSON`, { cause });
  }
  const { success, data, error } = shape.safeParse(json);
  if (!success) {
    const [fault] = error.issues;
    throw new ConfigError(`${variable}: ${path}: ${fault?.path.join('.')}: ${fault?.message}`);
  }
  const ids = data.operations.map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw new ConfigError(`${variable}: ${path} has an id twice`);
  return data.operations;
}
