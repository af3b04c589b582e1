import { createInProcessCache } from '../../../cache/in-process-cache.ts';
import type { CacheStore } from '../../../cache/store.ts';

export interface RecordedStore extends CacheStore {
  /** Every tag that was invalidated since the last time it was asked, in the order of the alphabet. */
  takeInvalidated(): string[];
}

/** A cache in memory that remembers what it was told. */
export function createRecordedStore(): RecordedStore {
  const store = createInProcessCache(1_000_000);
  let invalidated = new Set<string>();
  return {
    ...store,
    async invalidate(tags) {
      const position = await store.invalidate(tags);
      for (const tag of tags) invalidated.add(tag);
      return position;
    },
    takeInvalidated() {
      const tags = [...invalidated].sort();
      invalidated = new Set();
      return tags;
    },
  };
}
