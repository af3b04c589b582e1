import { asAdmin, type TestDatabase } from './databases.ts';

export interface Statement {
  /** Text with its constants replaced by $1, $2, ... */
  query: string;
  calls: number;
}

/**
 * The SQL statements that a database ran during `work`, as PostgreSQL itself counted them: what triggers and functions
 * run inside is not counted, nor are BEGIN, COMMIT and SET. What the relays of outboxes look for all the time is left
 * out: it belongs to no request.
 */
export async function statementsDuring(
  database: TestDatabase,
  work: () => Promise<unknown>,
): Promise<Statement[]> {
  return asAdmin(async (admin) => {
    const { rows: found } = await admin.query<{ oid: string }>(
      'SELECT oid::text FROM pg_database WHERE datname = $1',
      [database.name],
    );
    const oid = found[0]?.oid;
    await admin.query('SELECT pg_stat_statements_reset(0, $1, 0)', [oid]);
    await work();
    const { rows } = await admin.query<Statement>(
      `SELECT query, calls::int FROM pg_stat_statements
       WHERE dbid = $1 AND query NOT LIKE 'SELECT%FROM "public"."events"%' AND query NOT LIKE '%cache_outbox%'
       ORDER BY query`,
      [oid],
    );
    return rows;
  });
}
