/** Remembers values up to a total size and forgets those that were not used for longest. */
export interface BoundedMemo<Value> {
  get(key: string): Value | undefined;
  /** @param size in the unit of the memo's maximum; a value larger than that is not kept. */
  set(key: string, value: Value, size: number): void;
  delete(key: string): void;
  clear(): void;
  /** Of all that is remembered. */
  readonly size: number;
}

export function createBoundedMemo<Value>(maxSize: number): BoundedMemo<Value> {
  // A Map iterates in the order of insertion, so the first key is the one not used for longest.
  const entries = new Map<string, { value: Value; size: number }>();
  let total = 0;

  const remove = (key: string) => {
    total -= entries.get(key)?.size ?? 0;
    entries.delete(key);
  };

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, size) {
      remove(key);
      if (size > maxSize) return;
      entries.set(key, { value, size });
      total += size;
      for (const oldest of entries.keys()) {
        if (total <= maxSize) break;
        remove(oldest);
      }
    },
    delete: remove,
    clear() {
      entries.clear();
      total = 0;
    },
    get size() {
      return total;
    },
  };
}
