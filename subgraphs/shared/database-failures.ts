import { sqlStateOf } from './sql-state.ts';

/**
 * The database is not there, or the connection to it was lost: codes of PostgreSQL
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html; of class 08, all), of the system, and of Prisma, which has its
 * own for some of those.
 */
const away: ReadonlySet<string> = new Set([
  // Ended by an operator, with a crash of another session, not yet able to begin, idle for too long within a transaction or not.
  ...['57P01', '57P02', '57P03', '25P03', '57P05'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  // Its name is unknown for now, or its socket gone.
  ...['ENOTFOUND', 'EAI_AGAIN', 'ENOENT'],
  // Unreachable, silent, closed.
  ...['P1001', 'P1008', 'P1017'],
]);

/** What pg says in words only (https://github.com/brianc/node-postgres, pg/lib/client.js and pg-pool); tests hold it to them. */
const awayInWords: ReadonlySet<string> = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Query read timeout',
]);

/** The statement was ended at its time, there are too many connections, or a transaction was not begun or done in time. */
const overloaded: ReadonlySet<string> = new Set(['57014', '53300', 'P2028']);

/**
 * The code that clients get for an error that is the database's state, not a fault of the statement: they may ask again. null for
 * every other error.
 */
export function codeOfDatabaseFailure(error: unknown): 'SUBGRAPH_UNAVAILABLE' | 'OVERLOADED' | null {
  if (!(error instanceof Error)) return null;
  const code = sqlStateOf(error) ?? '';
  if (away.has(code) || code.startsWith('08') || awayInWords.has(error.message))
    return 'SUBGRAPH_UNAVAILABLE';
  return overloaded.has(code) || isPoolExhausted(error) ? 'OVERLOADED' : null;
}

/** Whether no connection was to be had in time, as pg-pool says. */
function isPoolExhausted({ message }: Error): boolean {
  return message === 'timeout exceeded when trying to connect';
}

/**
 * Whether a statement failed on what it was given or found there (class 22 of SQLSTATE, "data exception"), and so would have
 * done without it.
 */
export function isDataError(error: unknown): error is Error {
  return /^22...$/.test(sqlStateOf(error) ?? '');
}
