import { empty, join, raw, type Sql, sqltag as sql } from '@prisma/client/runtime/client';
import { isUuid } from '../../platform/global-id.ts';
import type { Key, Page } from './page.ts';

/**
 * The order of a list, as SQL. Column names are written into statements as they are: they come from our code, never
 * from a caller.
 */
export interface Keyset {
  /** Sort columns, the last one unique within the list; all in the same direction, so that one index serves. */
  readonly columns: readonly { readonly name: string; readonly type: KeyType }[];
  readonly order: 'asc' | 'desc';
}

type KeyType = 'uuid' | 'timestamptz' | 'text';

const isOfType: Record<KeyType, (value: string) => boolean> = {
  uuid: isUuid,
  // Only what Date#toISOString writes: PostgreSQL would also take "tomorrow", and neither 30 February nor the year 0.
  timestamptz: (value) =>
    /^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value) &&
    !Number.isNaN(Date.parse(value)) &&
    new Date(value).toISOString() === value,
  // PostgreSQL's text can't hold a zero byte.
  text: (value) => !value.includes('\0'),
};

/** Whether values from a cursor are a key of this list. */
export function isKeyOf(keyset: Keyset): (values: Key) => boolean {
  return (values) =>
    values.length === keyset.columns.length &&
    keyset.columns.every(({ type }, index) => isOfType[type](values[index] ?? ''));
}

/** The condition that rows lie within the page's cursors; TRUE without any. */
export function withinPage(keyset: Keyset, page: Page): Sql {
  const [after, before] = keyset.order === 'asc' ? [raw('>'), raw('<')] : [raw('<'), raw('>')];
  const bounds: Sql[] = [];
  if (page.after !== null) bounds.push(sql`${row(keyset)} ${after} ${values(keyset, page.after)}`);
  if (page.before !== null) bounds.push(sql`${row(keyset)} ${before} ${values(keyset, page.before)}`);
  return bounds.length === 0 ? raw('TRUE') : join(bounds, ' AND ');
}

/** The ORDER BY and LIMIT of the page: one row more than shown, to know whether there are more. */
export function orderAndLimit(keyset: Keyset, page: Page): Sql {
  return sql`${orderBy(keyset, page)} LIMIT ${page.size + 1}`;
}

/** The ORDER BY of the page's rows as they are read: reversed for a backward page. */
export function orderBy(keyset: Keyset, page: Page): Sql {
  const descending = (keyset.order === 'desc') === (page.direction === 'forward');
  const direction = descending ? 'DESC' : 'ASC';
  return raw(`ORDER BY ${keyset.columns.map(({ name }) => `${name} ${direction}`).join(', ')}`);
}

function row(keyset: Keyset): Sql {
  return raw(`(${keyset.columns.map(({ name }) => name).join(', ')})`);
}

function values(keyset: Keyset, key: Key): Sql {
  const typed = keyset.columns.map(({ type }, index) => sql`${key[index]}${raw(`::${type}`)}`);
  return typed.length === 0 ? empty : sql`(${join(typed)})`;
}
