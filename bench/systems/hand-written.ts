import { join } from 'node:path';
import { startDatabaseServer } from './database-server.ts';
import type { BenchDatabases } from './databases.ts';
import type { System } from './system.ts';

/** What a request asks of the one statement that answers it. */
interface HandWrittenRequest {
  readonly operationName: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Of the bearer token, which is believed without a look at its signature. */
  readonly subject: string | undefined;
}

/** The row it gives has the answer's `data`, as JSON text, in its column `data`. */
interface Statement {
  /** PostgreSQL parses and plans a text once for each name and connection. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What a module of statements exports. */
export type StatementFor = (request: HandWrittenRequest) => Statement;

/**
 * What somebody would write by hand who needs these pages only: one named statement for each request, behind bare node:http.
 *
 * @param options.statements exports `statementFor`
 */
export async function startHandWritten(options: {
  id: string;
  name: string;
  statements: URL;
  database: string;
  databases: BenchDatabases;
  folder: string;
  signal: AbortSignal;
}): Promise<System & AsyncDisposable> {
  const { statements, ...server } = options;
  const program = join(import.meta.dirname, 'hand-written.main.ts');
  return startDatabaseServer({ ...server, args: [program, statements.href] });
}
