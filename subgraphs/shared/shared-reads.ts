import { AsyncLocalStorage } from 'node:async_hooks';
import { isDataError } from './database-failures.ts';
import { type Page, textOfPage } from './page.ts';
import { allColumns, type Columns } from './row-columns.ts';

/**
 * A read by key that all requests of a process share: what is asked for in one turn of the event loop, by whomever and for
 * whatever operation, is one statement. Made once, where there is no request and so no viewer; functions that bind one ask for
 * a {@link ViewerId}, which only a request has. What depends on the viewer is read by a viewer loader (see loaders.ts).
 */
export interface SharedRead<Key extends string, Value> {
  /**
   * The value, or null where there is none. It is shared with other requests: nobody may change it.
   *
   * @param columns of rows: those that are needed (row-columns.ts); there may be others
   */
  read(key: Key, columns?: Columns): Promise<Value | null>;
}

/** More keys than this are several statements, so that none holds its connection for long. */
const mostKeys = 1_000;

/** The same for pages, whose rows count: a batch may be of many parents, or of long pages. */
const mostRows = 20_000;

/** What is asked for in one turn. */
interface Batch<Key extends string, Value> {
  readonly waiting: Map<Key, PromiseWithResolvers<Value>>;
  /** All that somebody needs. */
  columns: Columns;
}

/**
 * Nothing is kept beyond the batch, and a request joins only a batch whose statement has not been sent. So what it gets is
 * never older than its question, and rule 9 of the cache (../../cache/README.md) holds without a check. A request that goes away
 * takes nothing with it while others may wait for the same statement; one that nobody waits for any more is ended (named-reads.ts).
 *
 * @param load reads all keys in one statement.
 */
export function createSharedRead<Key extends string, Value>(
  load: (keys: readonly Key[], columns: Columns) => Promise<ReadonlyMap<Key, Value>>,
  maxBatchSize = mostKeys,
): SharedRead<Key, Value> {
  return createBatchedRead(load, null, maxBatchSize, AsyncLocalStorage.snapshot());
}

/**
 * @param absent what a key gets for which there is nothing
 * @param outsideOfRequests a batch belongs to no request: it must not run in the asynchronous context of the one that happened to
 *   open it
 */
function createBatchedRead<Key extends string, Value, Absent>(
  load: (keys: readonly Key[], columns: Columns) => Promise<ReadonlyMap<Key, Value>>,
  absent: Absent,
  maxBatchSize: number,
  outsideOfRequests: ReturnType<typeof AsyncLocalStorage.snapshot>,
) {
  let open: Batch<Key, Value | Absent> | undefined;

  function opened(): Batch<Key, Value | Absent> {
    const batch: Batch<Key, Value | Absent> = { waiting: new Map(), columns: 0 };
    open = batch;
    // After all that this turn brought: requests of other connections, and promises that were settled meanwhile.
    outsideOfRequests(() => setImmediate(dispatch, batch));
    return batch;
  }

  async function dispatch(batch: Batch<Key, Value | Absent>): Promise<void> {
    if (open === batch) open = undefined;
    const { waiting, columns } = batch;
    try {
      const found = await loadApart([...waiting.keys()], (keys) => load(keys, columns));
      for (const [key, { resolve, reject }] of waiting) {
        const value = found.get(key) ?? absent;
        if (value instanceof Error) reject(value);
        else resolve(value);
      }
    } catch (error) {
      for (const { reject } of waiting.values()) reject(error);
    }
  }

  return {
    read(key: Key, columns: Columns = allColumns): Promise<Value | Absent> {
      const batch = open ?? opened();
      batch.columns |= columns;
      let asked = batch.waiting.get(key);
      if (asked === undefined) {
        asked = Promise.withResolvers();
        batch.waiting.set(key, asked);
        if (batch.waiting.size === maxBatchSize) open = undefined;
      }
      return asked.promise;
    },
  };
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
  read(parent: string, page: Page, columns?: Columns): Promise<readonly Row[]>;
}

/** @param load reads the page of every parent given, in one statement; rows of one parent in the page's order. */
export function createSharedPageRead<Row extends ChildRow>(
  load: (parents: readonly string[], page: Page, columns: Columns) => Promise<readonly Row[]>,
): SharedPageRead<Row> {
  /** By page, and only of those that are being asked for: cursors are without number. */
  const open = new Map<string, PageRead>();
  const outsideOfRequests = AsyncLocalStorage.snapshot();
  interface PageRead {
    read(parent: string, columns?: Columns): Promise<readonly Row[]>;
  }

  function opened(text: string, page: Page): PageRead {
    const read: PageRead = createBatchedRead(
      async (parents: readonly string[], columns) => {
        if (open.get(text) === read) open.delete(text);
        return Map.groupBy(await load(parents, page, columns), (row) => row.parent);
      },
      [],
      Math.min(mostKeys, Math.ceil(mostRows / (page.size + 1))),
      outsideOfRequests,
    );
    open.set(text, read);
    return read;
  }

  return {
    read(parent, page, columns) {
      const text = textOfPage(page);
      return (open.get(text) ?? opened(text, page)).read(parent, columns);
    },
  };
}
