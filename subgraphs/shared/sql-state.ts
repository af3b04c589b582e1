/**
 * The SQLSTATE with which PostgreSQL ended a statement or a transaction; null where the error has none. pg has it in `code`. Prisma
 * wraps what pg throws, and its own code doesn't tell: that of a raw statement is P2010, whatever happened.
 */
export function sqlStateOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { cause, code, meta } = error as Error & {
    code?: unknown;
    // Of a COMMIT that failed.
    cause?: { originalCode?: unknown };
    meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
  };
  const state = meta?.driverAdapterError?.cause?.originalCode ?? cause?.originalCode ?? code;
  return typeof state === 'string' ? state : null;
}
