import { randomBytes } from 'node:crypto';
import { createMemoryStore } from './memory-store.ts';
import type { CacheStore } from './store.ts';

/**
 * The cache of services that share a process: each of them has to be given this same one.
 *
 * @param maxBytes of all answers together
 */
export function createInProcessCache(maxBytes: number): CacheStore {
  const distinction = randomBytes(4).toString('hex');
  return createMemoryStore({ maxBytes, now: Date.now, distinction });
}
