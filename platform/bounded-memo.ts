/** Remembers values up to a total size and forgets those that were not used for longest. */
export interface BoundedMemo<Value> {
  get(key: string): Value | undefined;
  /** @param size in the unit of the memo's maximum; a value larger than half of that is not kept. */
  set(key: string, value: Value, size: number): void;
  delete(key: string): void;
  clear(): void;
  /** Of all that is remembered. */
  readonly size: number;
}

/**
 * Two generations instead of a list in the order of use, because moving what is used to the end of a list costs more than
 * finding it: what is used becomes young again, and when the young ones fill half of the memo, the old ones go.
 */
export function createBoundedMemo<Value>(maxSize: number): BoundedMemo<Value> {
  let young = newGeneration<Value>();
  let old = newGeneration<Value>();

  const remove = (key: string) => {
    take(young, key);
    take(old, key);
  };

  const add = (key: string, entry: Entry<Value>) => {
    if (young.size + entry.size > maxSize / 2) {
      old = young;
      young = newGeneration();
    }
    young.entries.set(key, entry);
    young.size += entry.size;
  };

  return {
    get(key) {
      const known = young.entries.get(key);
      if (known !== undefined) return known.value;
      const aged = take(old, key);
      if (aged !== undefined) add(key, aged);
      return aged?.value;
    },
    set(key, value, size) {
      remove(key);
      if (size <= maxSize / 2) add(key, { value, size });
    },
    delete: remove,
    clear() {
      young = newGeneration();
      old = newGeneration();
    },
    get size() {
      return young.size + old.size;
    },
  };
}

interface Entry<Value> {
  readonly value: Value;
  readonly size: number;
}

interface Generation<Value> {
  readonly entries: Map<string, Entry<Value>>;
  /** Of all its entries. */
  size: number;
}

function newGeneration<Value>(): Generation<Value> {
  return { entries: new Map(), size: 0 };
}

function take<Value>(generation: Generation<Value>, key: string): Entry<Value> | undefined {
  const entry = generation.entries.get(key);
  if (entry === undefined) return undefined;
  generation.entries.delete(key);
  generation.size -= entry.size;
  return entry;
}
