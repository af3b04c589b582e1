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

/**
 * Reads the scripts; done once, where a store is made.
 *
 * The first line says what a full Redis does with one. It has to refuse a new answer as a whole: without that line it
 * looks at each command, and lets all through after the first one that writes. It must not refuse to forget old
 * answers, or no mutation could be published. Those that only read have no such line: it would keep them from a server
 * that is read-only.
 */
export function loadScripts() {
  return {
    lookup: load('', 'lookup'),
    check: load('', 'check'),
    changes: load('', 'changes'),
    store: load('#!lua', 'store'),
    addCoding: load('#!lua', 'add-coding'),
    status: load('#!lua flags=allow-oom', 'status'),
    invalidate: load('#!lua flags=allow-oom', 'mark', 'invalidate'),
    sweep: load('#!lua flags=allow-oom', 'mark', 'sweep'),
    renewLease: load('#!lua flags=allow-oom', 'renew-lease'),
    supersede: load('#!lua flags=allow-oom', 'supersede'),
  };
}

function load(firstLine: string, ...names: readonly string[]): Script {
  const parts = ['prelude', ...names].map((name) =>
    readFileSync(join(import.meta.dirname, `${name}.lua`), 'utf8'),
  );
  const source = [firstLine, ...parts].join('\n');
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
