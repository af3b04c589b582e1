import DataLoader from 'dataloader';
import type { Page } from './page.ts';

/** Loads values by key, in one call for all keys of a moment; null where there is none. */
export function createLoader<Key extends string, Value>(
  load: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
): DataLoader<Key, Value | null> {
  return new DataLoader(async (keys) => {
    const found = await load(keys);
    return keys.map((key) => found.get(key) ?? null);
  });
}

/** Rows of many parents, as a LATERAL statement gives them. */
export interface ChildRow {
  readonly parent: string;
}

export interface PageLoader<Row> {
  /** The rows of one parent's page. All parents asked for at the same moment with an equal page share a statement. */
  load(parent: string, page: Page): Promise<readonly Row[]>;
}

/**
 * "The first n of each parent": one statement for all parents, whatever their number.
 *
 * @param loadPages reads the page of every parent given; rows of one parent in the page's order.
 */
export function createPageLoader<Row extends ChildRow>(
  loadPages: (parents: readonly string[], page: Page) => Promise<readonly Row[]>,
): PageLoader<Row> {
  const loaders = new Map<string, DataLoader<string, readonly Row[]>>();
  return {
    load(parent, page) {
      // The page's fields are always written in the same order, so equal pages have equal text.
      const text = JSON.stringify(page);
      let loader = loaders.get(text);
      if (loader === undefined) {
        loader = new DataLoader(async (parents) => {
          const rows = Map.groupBy(await loadPages(parents, page), (row) => row.parent);
          return parents.map((key) => rows.get(key) ?? []);
        });
        loaders.set(text, loader);
      }
      return loader.load(parent);
    },
  };
}
