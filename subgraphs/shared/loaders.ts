import DataLoader from 'dataloader';
import type { AnswerRecord } from './answer-record.ts';
import type { Page } from './page.ts';

export interface Loader<Key extends string, Value> {
  /** The value, or null where there is none. All keys asked for at the same moment share a statement. */
  load(key: Key): Promise<Value | null>;
  /** Adds a value that came by another way, so that it need not be read again. */
  prime(key: Key, value: Value): void;
}

/** Loads values by key, in one call for all keys of a moment, and notes for everybody who asks what the value rests on. */
export function createLoader<Key extends string, Value>(options: {
  answer: AnswerRecord;
  load: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>;
  /** The facts that a key's value rests on, whether there is one or not. */
  tags: (key: Key) => readonly string[];
  /** Notes what only the value tells. */
  note?: (value: Value | null) => void;
}): Loader<Key, Value> {
  const { answer, tags, note } = options;
  const loader = new DataLoader<Key, Value | null>(async (keys) => {
    const found = await options.load(keys);
    return keys.map((key) => found.get(key) ?? null);
  });
  return {
    async load(key) {
      for (const tag of tags(key)) answer.record(tag);
      const value = await loader.load(key);
      note?.(value);
      return value;
    },
    prime(key, value) {
      loader.prime(key, value);
    },
  };
}

/** Rows of many parents, as a LATERAL statement gives them. */
export interface ChildRow {
  readonly parent: string;
}

export interface PageLoader<Row> {
  /** The rows of one parent's page. All parents asked for at the same moment with an equal page share a statement. */
  load(parent: string, page: Page): Promise<readonly Row[]>;
}

/** "The first n of each parent": one statement for all parents, whatever their number. Notes like {@link createLoader}. */
export function createPageLoader<Row extends ChildRow>(options: {
  answer: AnswerRecord;
  /** Reads the page of every parent given; rows of one parent in the page's order. */
  load: (parents: readonly string[], page: Page) => Promise<readonly Row[]>;
  /** What decides which rows are in the parent's list, and in which order. */
  listTag: (parent: string) => string;
  /** The row itself. */
  rowTag: (row: NoInfer<Row>) => string;
}): PageLoader<Row> {
  const { answer, listTag, rowTag } = options;
  const loaders = new Map<string, DataLoader<string, readonly Row[]>>();

  function loaderOf(page: Page): DataLoader<string, readonly Row[]> {
    // The page's fields are always written in the same order, so equal pages have equal text.
    const text = JSON.stringify(page);
    const existing = loaders.get(text);
    if (existing !== undefined) return existing;
    const loader = new DataLoader<string, readonly Row[]>(async (parents) => {
      const rows = Map.groupBy(await options.load(parents, page), (row) => row.parent);
      return parents.map((key) => rows.get(key) ?? []);
    });
    loaders.set(text, loader);
    return loader;
  }

  return {
    load: (parent, page) => notedList(answer, [listTag(parent)], rowTag, loaderOf(page).load(parent)),
  };
}

/**
 * Notes what a list rests on: its own facts, and each of its rows. Also the row beyond the page: that it is there is shown,
 * as `hasNextPage`.
 */
export async function notedList<Row>(
  answer: AnswerRecord,
  listTags: readonly string[],
  rowTag: (row: Row) => string,
  reading: Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  for (const tag of listTags) answer.record(tag);
  const rows = await reading;
  for (const row of rows) answer.record(rowTag(row));
  return rows;
}
