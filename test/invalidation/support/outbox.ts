import type { Client } from 'pg';

/** What the triggers wrote during `work`: the tags of each outbox row, in the order of the alphabet. */
export async function outboxRows(client: Client, work: () => Promise<unknown>): Promise<string[][]> {
  await client.query('DELETE FROM cache_outbox');
  await work();
  const { rows } = await client.query<{ tags: string[] }>('SELECT tags FROM cache_outbox ORDER BY id');
  return rows.map(({ tags }) => tags.toSorted());
}

/** All tags that the triggers wrote while these statements ran, each once, in the order of the alphabet. */
export async function emitted(client: Client, ...statements: readonly string[]): Promise<string[]> {
  const rows = await outboxRows(client, async () => {
    for (const statement of statements) await client.query(statement);
  });
  return [...new Set(rows.flat())].sort();
}
