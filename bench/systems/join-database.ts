import { Client } from 'pg';
import { bulkInsert } from '../../prisma/seed/bulk-insert.ts';
import type { BenchDatabases } from './databases.ts';

export const joinDatabase = 'joined';

/**
 * Both databases in one, which the hand-written join needs: a copy of the posts database with its indexes, and in it the
 * accounts. Made anew each time, so that it has what the others have. Nobody may be connected to the posts database.
 */
export async function copyIntoOneDatabase({ query, url }: BenchDatabases): Promise<void> {
  await query(`DROP DATABASE IF EXISTS ${joinDatabase}`);
  await query(`CREATE DATABASE ${joinDatabase} TEMPLATE posts STRATEGY file_copy`);
  const [source, target] = [url('users'), url(joinDatabase)].map(
    (connectionString) => new Client({ connectionString }),
  );
  if (source === undefined || target === undefined) return;
  await source.connect();
  await target.connect();
  try {
    const { rows } = await source.query({ text: 'SELECT id, name FROM users', rowMode: 'array' });
    await target.query('CREATE TABLE users (id uuid PRIMARY KEY, name text NOT NULL)');
    const columns = [['id', 'uuid'] as const, ['name', 'text'] as const];
    await bulkInsert(target, 'users', columns, rows);
    await target.query('VACUUM ANALYZE');
  } finally {
    await source.end();
    await target.end();
  }
}
