import { readFile } from 'node:fs/promises';
import { parse } from 'graphql';
import { z } from 'zod';
import { ConfigError } from '../../platform/config.ts';

const shape = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(
    z.object({ id: z.string().min(1), body: z.string().refine(isDocument, 'is no GraphQL document') }),
  ),
});

export type ListedOperation = z.output<typeof shape>['operations'][number];

/**
 * Reads a manifest as Apollo's tools write it: https://www.apollographql.com/docs/graphos/platform/security/persisted-queries.
 *
 * @throws ConfigError saying what is wrong with the file
 */
export async function readManifest(path: string): Promise<readonly ListedOperation[]> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`SAFELIST_FILE: ${path} cannot be read as JSON`, { cause });
  }
  const { success, data, error } = shape.safeParse(json);
  if (!success) {
    const [fault] = error.issues;
    throw new ConfigError(`SAFELIST_FILE: ${path}: ${fault?.path.join('.')}: ${fault?.message}`);
  }
  const ids = data.operations.map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw new ConfigError(`SAFELIST_FILE: ${path} has an id twice`);
  return data.operations;
}

function isDocument(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}
