import type { StatementFor } from './hand-written.ts';
import { serveFromDatabase } from './serve-from-database.ts';

/** See hand-written.ts. */
const { statementFor }: { statementFor: StatementFor } = await import(process.argv[2] ?? '');

serveFromDatabase((pool) => async ({ operationName, variables, headers }) => {
  const subject = subjectOf(headers.authorization);
  const { name, text, values } = statementFor({ operationName, variables, subject });
  const { rows } = await pool.query<{ data: string }>({ name, text, values: [...values] });
  return rows[0]?.data ?? 'null';
});

function subjectOf(authorization: string | undefined): string | undefined {
  const payload = authorization?.split('.')[1];
  return payload === undefined ? undefined : JSON.parse(Buffer.from(payload, 'base64url').toString()).sub;
}
