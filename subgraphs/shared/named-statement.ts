import { type Connection, type FieldDef, type PoolClient, type Submittable, types } from 'pg';

/** A statement that a connection parses and plans once, and knows by its name from then on. */
export interface NamedStatement {
  readonly name: string;
  readonly text: string;
  /** Texts, numbers, booleans, and lists of these. */
  readonly values: readonly unknown[];
}

/**
 * Executes a statement that returns rows. As `client.query` does, but what its rows consist of is asked for once a connection:
 * to say it, read it and prepare for it each time costs more than most rows. It can't become something else, because
 * PostgreSQL refuses to execute a statement whose columns did ("cached plan must not change result type").
 *
 * A client on which it failed must not be used again.
 *
 * @throws Error for a value that is something else
 */
export async function execute<Row>(client: PoolClient, statement: NamedStatement): Promise<Row[]> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const execution = new Execution(statement, (error) => (error ? reject(error) : resolve()));
  client.query(execution);
  try {
    await promise;
  } catch (error) {
    // Says who asked, instead of which socket it came from.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }
  return execution.toObjects() as Row[];
}

interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/** By name, of the statements that a connection has executed. */
const columnsOf = new WeakMap<Connection, Map<string, readonly Column[]>>();

/** What a client calls while it executes the statement: see pg/lib/client.js, and pg-cursor for another of its kind. */
class Execution implements Submittable {
  readonly name: string;
  readonly text: string;
  readonly values: (string | null)[];
  readonly rows: (readonly (string | null)[])[] = [];
  columns: readonly Column[] | undefined;
  /** Replaced by a client that looks at the time. */
  callback: (error: Error | null) => void;

  constructor({ name, text, values }: NamedStatement, done: (error: Error | null) => void) {
    this.name = name;
    this.text = text;
    this.values = values.map(toText);
    this.callback = done;
  }

  submit(connection: Connection): void {
    const { name, text, values } = this;
    this.columns = columnsOf.get(connection)?.get(name);
    // Held back until all of it is there, so that it leaves with one write.
    connection.stream.cork();
    if (this.columns === undefined) connection.parse({ name, text, types: [] }, true);
    connection.bind({ statement: name, values }, true);
    if (this.columns === undefined) connection.describe({ type: 'P' }, true);
    connection.execute(null, true);
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: readonly FieldDef[] }): void {
    this.columns = fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }));
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    this.rows.push(fields);
  }

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.callback(error);
  }

  handleReadyForQuery(connection: Connection): void {
    const known = columnsOf.get(connection) ?? new Map<string, readonly Column[]>();
    columnsOf.set(connection, known.set(this.name, this.columns ?? []));
    this.callback(null);
  }

  toObjects(): object[] {
    const { columns = [] } = this;
    return this.rows.map((row) => {
      const object: Record<string, unknown> = {};
      let index = 0;
      for (const { name, parse } of columns) {
        const text = row[index] ?? null;
        object[name] = text === null ? null : parse(text);
        index += 1;
      }
      return object;
    });
  }
}

/** As PostgreSQL reads it. */
function toText(value: unknown): string | null {
  if (Array.isArray(value)) return `{${value.map(toElement).join(',')}}`;
  if (typeof value === 'object' && value !== null)
    throw new Error('A value of a statement is a text, number, boolean or list');
  return value === null || value === undefined ? null : String(value);
}

function toElement(value: unknown): string {
  if (typeof value !== 'string') return toText(value) ?? 'NULL';
  // To look is cheaper than to replace nothing: most are ids.
  return /["\\]/.test(value) ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : `"${value}"`;
}

function parserOf(type: number): Column['parse'] {
  return type === types.builtins.TIMESTAMPTZ ? parseTimestamp : types.getTypeParser(type);
}

const parseAnyTimestamp = types.getTypeParser(types.builtins.TIMESTAMPTZ);

/** As pg does, but several times faster where the time is in UTC, as on our connections, and of our era. */
function parseTimestamp(text: string): Date {
  return /^\d{4}-.{14,18}\+00$/.test(text)
    ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
    : parseAnyTimestamp(text);
}
