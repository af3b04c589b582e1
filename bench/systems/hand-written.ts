import { join } from 'node:path';
import { freePort } from '../../local/free-port.ts';
import type { BenchDatabases } from './databases.ts';
import { startProcess } from './process.ts';
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
  const { id, name, statements, database, databases, folder, signal } = options;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = await startProcess({
    name: id,
    args: [join(import.meta.dirname, 'hand-written.main.ts'), statements.href],
    env: { PORT: String(port), DATABASE_URL: databases.url(database) },
    readyUrl: url,
    folder,
    signal,
  });
  return {
    id,
    name,
    url,
    processes: { server: started.pid, PostgreSQL: databases.pid },
    counters: () => databases.counters([database]),
    isHit: () => false,
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}
