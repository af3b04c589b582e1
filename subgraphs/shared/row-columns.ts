import { raw, type Sql } from '@prisma/client/runtime/client';

/** What an operation asks for anywhere, as `Post.title`, of every type that may be met there. */
export type AskedFields = ReadonlySet<string>;

/** Which columns of a row are read: a bit for each, so that `|` is what several requests need. */
export type Columns = number;

/** Where nobody says which. */
export const allColumns: Columns = ~0;

/**
 * The columns that one kind of row has. Requests read those that their fields need: what is read for nothing is a good part of what a
 * row costs, in PostgreSQL and here. Of a row that was read so, the other properties are absent, whatever its type says; a
 * test asks for each field alone.
 */
export interface RowColumns {
  /** @param asked undefined: it may be anything */
  neededFor(asked: AskedFields | undefined): Columns;
  /** For a SELECT: the columns, each named as the row's property. */
  toSql(columns: Columns): Sql;
  /** The same for all of them. */
  readonly all: Sql;
}

/** A statement is kept by every connection, for each set of columns that is read. */
const mostSets = 16;

/**
 * @param options.columns the SQL of each property
 * @param options.always properties that every row has, whatever is asked for
 * @param options.type of the schema, whose fields need the properties of the same name
 * @param options.neededBy what other fields need
 */
export function createRowColumns<Property extends string>(options: {
  columns: Readonly<Record<Property, string>>;
  always: readonly Property[];
  type: string;
  neededBy: Readonly<Record<string, readonly Property[]>>;
}): RowColumns {
  const { columns, always, type, neededBy } = options;
  const properties = Object.keys(columns) as Property[];
  const bitsOf = (some: readonly Property[]) =>
    some.reduce((bits, property) => bits | (1 << properties.indexOf(property)), 0);
  const bitsOfField = new Map([
    ...properties.map((property) => [`${type}.${property}`, bitsOf([property])] as const),
    ...Object.entries(neededBy).map(([field, needed]) => [field, bitsOf(needed as Property[])] as const),
  ]);
  /** One for each query that is known, for as long as it is. */
  const needed = new WeakMap<AskedFields, Columns>();
  const sets = new Map<Columns, Sql>();

  function write(bits: Columns): Sql {
    const chosen = properties.filter((property) => bits & bitsOf([property]));
    return raw(chosen.map((property) => `${columns[property]} AS "${property}"`).join(', '));
  }
  const all = write(allColumns);

  return {
    all,
    neededFor(asked) {
      if (asked === undefined) return allColumns;
      let bits = needed.get(asked);
      if (bits === undefined) {
        bits = bitsOf(always);
        for (const [field, ofField] of bitsOfField) if (asked.has(field)) bits |= ofField;
        needed.set(asked, bits);
      }
      return bits;
    },
    toSql(bits) {
      if (bits === allColumns) return all;
      const known = sets.get(bits);
      if (known !== undefined) return known;
      if (sets.size === mostSets) return all;
      const sql = write(bits);
      sets.set(bits, sql);
      return sql;
    },
  };
}
