import assert from 'node:assert/strict';
import { createLocalCache, type LocalCache } from '../../../cache/local-cache.ts';
import type { Position } from '../../../cache/position.ts';
import { createResponseCache, type ResponseCache } from '../../../cache/response-cache.ts';
import type { CacheStore } from '../../../cache/store.ts';
import { answer } from './answers.ts';
import type { StoreWorld } from './store-worlds.ts';

/** A gateway of its own, with its own connection. Its clock runs with the store's. */
export async function gateway(world: StoreWorld, { maxLagMs = 0 } = {}) {
  let nowMs = 0;
  const store = await world.another();
  const local = createLocalCache({ store, maxBytes: 1_000_000, maxLagMs, now: () => nowMs });
  return {
    store,
    local,
    cache: createResponseCache({ store, local }),
    pass: async (ms: number) => {
      nowMs += ms;
      await world.pass(ms);
    },
  };
}

/** On a store that a test holds up. */
export function responseCache(store: CacheStore): ResponseCache {
  const local = createLocalCache({ store, maxBytes: 1_000_000, maxLagMs: 0, now: () => 0 });
  return createResponseCache({ store, local });
}

/** Stores an answer as whoever got a miss does. */
export async function readThrough(
  cache: ResponseCache,
  body: string,
  own: Parameters<typeof answer>[1] = {},
): Promise<void> {
  const found = await cache.lookup({ keys: [own.key ?? 'key'], encoding: 'identity' });
  assert(found.position);
  assert.deepEqual(await cache.store(answer(found.position, { ...own, body }), 'identity'), { stored: true });
}

/** Where it was found, and what; or why it wasn't. */
export async function read(cache: ResponseCache, key = 'key', after?: Position): Promise<string> {
  const found = await cache.lookup({ keys: [key], encoding: 'identity', after });
  return found.hit ? `${found.from}: ${found.answer.body}` : `miss: ${found.reason.kind}`;
}

/** What memory alone has. */
export async function localRead(
  local: LocalCache,
  key = 'key',
  encoding = 'identity',
): Promise<string | undefined> {
  return (await local.lookup({ keys: [key], encoding }))?.answer.body.toString();
}
