import DataLoader from 'dataloader';
import type { AnswerRecord } from './answer-record.ts';
import { type Page, textOfPage } from './page.ts';
import { type RequestContext, type ViewerId, viewerId } from './request-context.ts';

/** Loads values by key for one request, and notes for everybody who asks what the value rests on. */
export interface Loader<Key extends string, Value> {
  /** The value, or null where there is none. Nothing is asked for twice. */
  load(key: Key): Promise<Value | null>;
  /** Adds a value that came by another way, so that it need not be read again. */
  prime(key: Key, value: Value): void;
}

/** What only a request can have: see {@link createViewerLoader}. */
export interface ViewerLoader<Key extends string, Value> {
  /** The viewer's value, or null where there is none. Marks the answer as the viewer's own. */
  load(key: Key): Promise<Value | null>;
}

interface Notes<Key extends string, Value> {
  /** The facts that a key's value rests on, whether there is one or not. */
  readonly tags: (key: Key) => readonly string[];
  /** Notes what only the value tells. */
  readonly note?: (value: Value | null) => void;
}

/** A loader of what is the same whoever asks. It reads together with all other requests, and notes for its own. */
export function createLoader<Key extends string, Value>(
  options: { answer: AnswerRecord; read: (key: Key) => Promise<Value | null> } & Notes<Key, Value>,
): Loader<Key, Value> {
  const { answer, read, tags, note } = options;
  // Each made when it is needed: a request has a loader for everything, and uses two or three.
  let loaded: Map<Key, Promise<Value | null>> | undefined;
  let primed: Map<Key, Value> | undefined;

  function reading(key: Key): Promise<Value | null> {
    const value = primed?.get(key);
    if (value !== undefined) return Promise.resolve(value);
    loaded ??= new Map();
    return once(loaded, key, read);
  }

  return {
    // No function of these is async: they are called for every row, and each promise costs as much as what it waits for.
    load(key) {
      if (answer.wantsTags) for (const tag of tags(key)) answer.record(tag);
      if (note === undefined) return reading(key);
      return reading(key).then((value) => {
        note(value);
        return value;
      });
    },
    prime(key, value) {
      if (loaded?.has(key)) return;
      primed ??= new Map();
      primed.set(key, value);
    },
  };
}

/**
 * A loader of what is the viewer's: it belongs to a request, takes the viewer from there, and reads for nobody else. All that
 * is asked for at the same moment is one statement; without a viewer there is nothing, and nothing is read. To ask is enough
 * to make the answer the viewer's own.
 */
export function createViewerLoader<Key extends string, Value>(
  options: {
    request: RequestContext;
    load: (keys: readonly Key[], viewer: ViewerId) => Promise<ReadonlyMap<Key, Value>>;
    tags: (key: Key, viewer: ViewerId) => readonly string[];
  } & Pick<Notes<Key, Value>, 'note'>,
): ViewerLoader<Key, Value> {
  const { request, tags, note } = options;
  let loader: DataLoader<Key, Value | null> | undefined;
  const newLoader = () =>
    new DataLoader<Key, Value | null>(async (keys) => {
      const viewer = viewerId(request);
      if (viewer === null) return keys.map(() => null);
      const found = await options.load(keys, viewer);
      return keys.map((key) => found.get(key) ?? null);
    });
  return {
    async load(key) {
      const viewer = viewerId(request);
      if (viewer === null) return null;
      for (const tag of tags(key, viewer)) request.answer.record(tag);
      loader ??= newLoader();
      const value = await loader.load(key);
      note?.(value);
      return value;
    },
  };
}

export interface PageLoader<Row> {
  /** The rows of one parent's page. */
  load(parent: string, page: Page): Promise<readonly Row[]>;
}

/** "The first n of each parent", the same whoever asks: read and noted like what {@link createLoader} loads. */
export function createPageLoader<Row>(options: {
  answer: AnswerRecord;
  read: (parent: string, page: Page) => Promise<readonly Row[]>;
  /** What decides which rows are in the parent's list, and in which order. */
  listTag: (parent: string) => string;
  /** The row itself. */
  rowTag: (row: Row) => string;
  /** Called with the rows that were loaded. */
  onRows?: (rows: readonly Row[]) => void;
}): PageLoader<Row> {
  const { answer, read, listTag, rowTag, onRows } = options;
  let loaded: Map<string, Promise<readonly Row[]>> | undefined;
  return {
    load(parent, page) {
      loaded ??= new Map();
      const reading = once(loaded, `${textOfPage(page)}${parent}`, () => read(parent, page));
      return notedList(answer, [listTag(parent)], rowTag, reading, onRows);
    },
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
  onRows?: (rows: readonly Row[]) => void,
): Promise<readonly Row[]> {
  for (const tag of listTags) answer.record(tag);
  const rows = await reading;
  if (answer.wantsTags) for (const row of rows) answer.record(rowTag(row));
  onRows?.(rows);
  return rows;
}

/** What was begun for the key, or begins it. */
export function once<Key, Value>(
  begun: Map<Key, Promise<Value>>,
  key: Key,
  begin: (key: Key) => Promise<Value>,
): Promise<Value> {
  let work = begun.get(key);
  if (work === undefined) {
    work = begin(key);
    begun.set(key, work);
  }
  return work;
}
