import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';

/** A script of this folder with what it begins with. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

/** What a script is called with: buffers for bytes. */
export type Argument = string | number | Buffer;

/** Reads the scripts; done once, where a store is made. */
export function loadScripts() {
  return {
    lookup: load('lookup'),
    store: load('store'),
    check: load('check'),
    changes: load('changes'),
    status: load('status'),
    invalidate: load('invalidate', invalidating),
    sweep: load('sweep', invalidating),
    renewLease: load('renew-lease', { evenWhenFull: true, parts: [] }),
    supersede: load('supersede', { evenWhenFull: true, parts: [] }),
  };
}

/** A full Redis refuses new answers; it must not refuse to forget the old ones, or no mutation could be published. */
const invalidating = { evenWhenFull: true, parts: ['mark'] };

function load(name: string, options = { evenWhenFull: false, parts: [] as readonly string[] }): Script {
  const parts = ['prelude', ...options.parts, name].map((part) =>
    readFileSync(join(import.meta.dirname, `${part}.lua`), 'utf8'),
  );
  const source = [...(options.evenWhenFull ? ['#!lua flags=allow-oom'] : []), ...parts].join('\n');
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

/** One round trip; two on a server that doesn't know the script yet. Strings come back as buffers. */
export async function runScript(
  redis: Redis,
  { source, sha }: Script,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  try {
    return await redis.callBuffer('EVALSHA', sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return await redis.callBuffer('EVAL', source, keys.length, ...keys, ...args);
  }
}
