import { AsyncLocalStorage } from 'node:async_hooks';
import DataLoader from 'dataloader';
import { isDataError } from './database-failures.ts';
import type { Page } from './page.ts';

/**
 * A read by key that all requests of a process share: what is asked for in one turn of the event loop, by whomever and for
 * whatever operation, is one statement. Made once, where there is no request and so no viewer; functions that bind one ask for
 * a {@link ViewerId}, which only a request has. What depends on the viewer is read by a viewer loader (see loaders.ts).
 */
export interface SharedRead<Key extends string, Value> {
  /** The value, or null where there is none. It is shared with other requests: nobody may change it. */
  read(key: Key): Promise<Value | null>;
}

/** More keys than this are several statements, so that none holds its connection for long. */
const mostKeys = 1_000;

/** The same for pages, whose rows count: a batch may be of many parents, or of long pages. */
const mostRows = 20_000;

/**
 * Nothing is kept beyond the batch, and a request joins only a batch whose statement has not been sent. So what it gets is
 * never older than its question, and rule 9 of the cache (../../cache/README.md) holds without a check. A request that goes away
 * takes nothing with it: others may wait for the same statement, which the database ends in time by itself.
 *
 * @param load reads all keys in one statement.
 */
export function createSharedRead<Key extends string, Value>(
  load: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
  maxBatchSize = mostKeys,
): SharedRead<Key, Value> {
  // A batch belongs to no request: it must not run in the asynchronous context of the one that happened to open it.
  const outsideOfRequests = AsyncLocalStorage.snapshot();
  const batches = new DataLoader<Key, Value | null>(
    async (keys) => {
      const found = await loadApart([...new Set(keys)], load);
      return keys.map((key) => found.get(key) ?? null);
    },
    {
      cache: false,
      maxBatchSize,
      // After all that this turn brought: requests of other connections, and promises that were settled meanwhile.
      batchScheduleFn: (dispatch) => outsideOfRequests(() => setImmediate(dispatch)),
    },
  );
  return { read: (key) => batches.load(key) };
}

/**
 * Loads the keys so that one the database chokes on fails alone: a batch that fails is halved until it is found. Any other
 * failure is everybody's. To ask again where the database is away or overloaded would only add to it.
 */
async function loadApart<Key, Value>(
  keys: readonly Key[],
  load: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
): Promise<ReadonlyMap<Key, Value | Error>> {
  try {
    return await load(keys);
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (keys.length === 1) return new Map(keys.map((key) => [key, error]));
    const half = Math.ceil(keys.length / 2);
    const [one, other] = await Promise.all([
      loadApart(keys.slice(0, half), load),
      loadApart(keys.slice(half), load),
    ]);
    return new Map([...one, ...other]);
  }
}

/** Rows of many parents, as a LATERAL statement gives them. */
export interface ChildRow {
  readonly parent: string;
}

/** "The first n of each parent" for all requests of a process: like {@link SharedRead}, with a statement for equal pages. */
export interface SharedPageRead<Row extends ChildRow> {
  read(parent: string, page: Page): Promise<readonly Row[]>;
}

/** @param load reads the page of every parent given, in one statement; rows of one parent in the page's order. */
export function createSharedPageRead<Row extends ChildRow>(
  load: (parents: readonly string[], page: Page) => Promise<readonly Row[]>,
): SharedPageRead<Row> {
  /** By page, and only of those that are being asked for: cursors are without number. */
  const open = new Map<string, SharedRead<string, readonly Row[]>>();

  function opened(text: string, page: Page): SharedRead<string, readonly Row[]> {
    const read = createSharedRead(
      async (parents: readonly string[]) => {
        if (open.get(text) === read) open.delete(text);
        return Map.groupBy(await load(parents, page), (row) => row.parent);
      },
      Math.min(mostKeys, Math.ceil(mostRows / (page.size + 1))),
    );
    open.set(text, read);
    return read;
  }

  return {
    async read(parent, page) {
      // The page's fields are always written in the same order, so equal pages have equal text.
      const text = JSON.stringify(page);
      return (await (open.get(text) ?? opened(text, page)).read(parent)) ?? [];
    },
  };
}
