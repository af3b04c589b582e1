import type { Redis } from 'ioredis';
import { createBoundedMemo } from '../platform/bounded-memo.ts';
import type { Logger } from '../platform/logging.ts';
import { createWindowCounter } from './rate-limit/window-counter.ts';
import type { Safelist } from './safelist/safelist.ts';

/** Apollo Server's, before the hash of a document. */
export const persistedPrefix = 'apq:';
/** How long a registered document is kept, in seconds. Clients register again when they hear that it is gone. */
const ttl = 24 * 60 * 60;
/** Longer documents are kept by each gateway for itself. */
const longestShared = 16_384;
/**
 * So many new documents a minute does one gateway put into Redis; it keeps the others for itself. A release of a client has some
 * hundred, somebody who makes documents up has no end of them.
 */
const sharedPerMinute = 200;
/** Characters of documents kept in memory. */
const rememberedText = 4_000_000;

/** The documents of automatic persisted queries, by hash. Has the form of Apollo's `KeyValueCache`. */
export interface PersistedQueryStore {
  readonly ttl: number;
  get(key: string): Promise<string | undefined>;
  set(key: string, text: string): Promise<void>;
  delete(key: string): Promise<void>;
}

/**
 * Keeps persisted queries in memory, and in Redis for the other gateways if there is one. Without Redis, or while it
 * is away, clients register a document once per gateway; no request fails for it. Those of a safelist needn't be registered.
 */
export function createPersistedQueryStore(options: {
  redis: Redis | undefined;
  logger: Logger;
  safelist: Safelist | undefined;
}): PersistedQueryStore {
  const { redis, logger, safelist } = options;
  const mayShare = createWindowCounter(sharedPerMinute, 60_000);
  const memory = createBoundedMemo<string>(rememberedText);

  const orNothing = async <T>(command: Promise<T> | undefined): Promise<T | undefined> => {
    try {
      return await command;
    } catch (error) {
      logger.debug({ err: error }, 'persisted queries do without Redis');
      return undefined;
    }
  };

  return {
    ttl,
    async get(key) {
      const known = safelist?.documentOf(key.slice(persistedPrefix.length)) ?? memory.get(key);
      if (known !== undefined) return known;
      const text = (await orNothing(redis?.get(key))) ?? undefined;
      if (text !== undefined) memory.set(key, text, text.length);
      return text;
    },
    async set(key, text) {
      if (memory.get(key) === text) return;
      memory.set(key, text, text.length);
      if (text.length <= longestShared && mayShare('')) await orNothing(redis?.set(key, text, 'EX', ttl));
    },
    async delete(key) {
      memory.delete(key);
      await orNothing(redis?.del(key));
    },
  };
}
