import { CodedError } from '../../platform/errors.ts';

/**
 * Pages of Relay connections by keyset: a cursor holds the sort key of its item, and a page is what lies beyond it. So
 * page 10 000 costs what page 1 costs, and rows that come or go elsewhere in the list move nothing.
 */

const defaultSize = 20;
const largestSize = 100;

/** The arguments of a connection field. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** A sort key: the values of the columns a list is ordered by, the last of them unique. */
export type Key = readonly string[];

export interface Page {
  readonly size: number;
  /** `backward` is `last`: the items nearest to the end. Rows are read in reverse then, and turned round again. */
  readonly direction: 'forward' | 'backward';
  readonly after: Key | null;
  readonly before: Key | null;
}

/** Pages of arguments that many objects share, because no request changes them. */
const pagesOfArguments = new WeakMap<PageArguments, Page>();

/**
 * Reads the arguments of a connection field.
 *
 * @param isKey whether decoded values are a sort key of this list; a cursor of another list is not.
 * @throws CodedError BAD_USER_INPUT or PAGE_TOO_LARGE.
 */
export function parsePage(args: PageArguments, isKey: (values: Key) => boolean): Page {
  // A cursor belongs to a list; without one, a page is the same of all of them.
  if (args.after != null || args.before != null) return readPage(args, isKey);
  let page = pagesOfArguments.get(args);
  if (page === undefined) {
    page = readPage(args, isKey);
    pagesOfArguments.set(args, page);
  }
  return page;
}

function readPage(args: PageArguments, isKey: (values: Key) => boolean): Page {
  const { first = null, last = null } = args;
  if (first !== null && last !== null) throw badInput('Give `first` or `last`, not both.');
  for (const [name, value] of Object.entries({ first, last })) {
    if (value === null) continue;
    if (value < 0) throw badInput(`\`${name}\` must not be negative, and is ${value}.`);
    if (value > largestSize)
      throw new CodedError('PAGE_TOO_LARGE', {
        message: `\`${name}\` is at most ${largestSize}, and is ${value}.`,
      });
  }
  return {
    size: first ?? last ?? defaultSize,
    direction: last === null ? 'forward' : 'backward',
    after: parseCursor('after', args.after, isKey),
    before: parseCursor('before', args.before, isKey),
  };
}

const textsOfPages = new WeakMap<Page, string>();

/** The same for equal pages, and for no others. */
export function textOfPage(page: Page): string {
  let text = textsOfPages.get(page);
  if (text === undefined) {
    const { size, direction, after, before } = page;
    text = JSON.stringify([size, direction, after, before]);
    textsOfPages.set(page, text);
  }
  return text;
}

export function toCursor(key: Key): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

export interface Connection<Item> {
  readonly edges: readonly { readonly cursor: string; readonly node: Item }[];
  readonly nodes: readonly Item[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/**
 * Makes the answer of a connection field.
 *
 * @param rows as read: in the page's direction, one more than its size if there are more.
 */
export function toConnection<Row, Item = Row>(
  page: Page,
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
  itemOf: (row: Row) => Item,
): Connection<Item> {
  return new PageOfRows(page, rows, keyOf, itemOf);
}

/**
 * Its parts are made when they are asked for: few queries ask for more than `nodes`, and cursors cost more than all the rest. A class,
 * because an object with getters of its own costs as much as the rows in it.
 */
class PageOfRows<Row, Item> implements Connection<Item> {
  readonly page: Page;
  readonly hasMore: boolean;
  readonly shown: readonly Row[];
  readonly keyOf: (row: Row) => Key;
  readonly itemOf: (row: Row) => Item;

  constructor(page: Page, rows: readonly Row[], keyOf: (row: Row) => Key, itemOf: (row: Row) => Item) {
    const shown = rows.slice(0, page.size);
    this.page = page;
    this.hasMore = rows.length > page.size;
    this.shown = page.direction === 'backward' ? shown.reverse() : shown;
    this.keyOf = keyOf;
    this.itemOf = itemOf;
  }

  get edges() {
    return this.shown.map((row) => ({ cursor: toCursor(this.keyOf(row)), node: this.itemOf(row) }));
  }

  get nodes() {
    return this.shown.map(this.itemOf);
  }

  get pageInfo() {
    const { direction, before, after } = this.page;
    return {
      // The far side is not looked at: a cursor that was given came from an item there (Relay's specification allows it).
      hasNextPage: direction === 'forward' ? this.hasMore : before !== null,
      hasPreviousPage: direction === 'backward' ? this.hasMore : after !== null,
      startCursor: this.#cursorAt(0),
      endCursor: this.#cursorAt(-1),
    };
  }

  #cursorAt(index: number): string | null {
    const row = this.shown.at(index);
    return row === undefined ? null : toCursor(this.keyOf(row));
  }
}

function parseCursor(
  name: string,
  cursor: string | null | undefined,
  isKey: (values: Key) => boolean,
): Key | null {
  if (cursor === null || cursor === undefined) return null;
  const values = decode(cursor);
  if (values !== null && isKey(values)) return values;
  throw badInput(`\`${name}\` is not a cursor of this list.`);
}

function decode(cursor: string): Key | null {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(values) && values.every((value) => typeof value === 'string') ? values : null;
  } catch {
    return null;
  }
}

function badInput(message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', { message });
}
