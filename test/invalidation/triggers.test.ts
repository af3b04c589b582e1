import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from 'pg';
import { type Database, databases } from '../../prisma/databases.ts';
import { freshDatabase, withClient } from '../support/databases.ts';

/** Tables that no query reads, and why that is so. Any other one has to be heard of. */
const exempt: Record<Database, Record<string, string>> = {
  users: {
    sessions: 'who is signed in decides what a mutation may do; no field shows it',
    refresh_tokens: 'only refreshSession and logOut look there',
    events: 'an outbox: what it tells of is in other tables',
  },
  posts: {
    deleted_accounts: 'only writes look there',
    idempotency_keys: 'only mutations that are sent again look there',
  },
};

/** In every database. */
const machinery = ['_prisma_migrations', 'cache_fence', 'cache_outbox'];

const wanted = ['DELETE', 'INSERT', 'TRUNCATE', 'UPDATE'];

/** Bits of pg_trigger.tgtype: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/catalog/pg_trigger.h */
const triggersByTable = `
  SELECT relname AS table, coalesce(array_agg(event ORDER BY event) FILTER (WHERE event IS NOT NULL), '{}') AS events
  FROM pg_class
  LEFT JOIN (
    SELECT tgrelid, CASE tgtype WHEN 4 THEN 'INSERT' WHEN 8 THEN 'DELETE' WHEN 16 THEN 'UPDATE' WHEN 32 THEN 'TRUNCATE' END AS event
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE proname = 'invalidate_cache_by_' || tgrelid::regclass AND tgenabled = 'A' AND tgqual IS NULL
  ) AS triggers ON tgrelid = pg_class.oid
  WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
  GROUP BY relname`;

async function unheardOf(client: Client, database: Database): Promise<string[]> {
  const { rows } = await client.query<{ table: string; events: string[] }>(triggersByTable);
  const silent = [...machinery, ...Object.keys(exempt[database])];
  for (const table of silent)
    assert(
      rows.some((row) => row.table === table),
      `${table} is exempt but does not exist`,
    );
  return rows
    .filter(({ table, events }) => !silent.includes(table) && events.join() !== wanted.join())
    .map(({ table, events }) => `${table}: ${events.join(', ') || 'nothing'}`);
}

for (const database of databases)
  test(`whatever happens to a table of ${database} that queries read is heard of`, async () => {
    await using fresh = await freshDatabase(database);
    await withClient(fresh.url, async (client) => {
      assert.deepEqual(await unheardOf(client, database), []);
    });
  });

// The test above, tried with what people do.
const oversights = {
  'a new table': ['CREATE TABLE bookmarks (id uuid PRIMARY KEY)', 'bookmarks: nothing'],
  'a trigger that is missing': [
    'DROP TRIGGER invalidate_deleted ON likes',
    'likes: INSERT, TRUNCATE, UPDATE',
  ],
  'a trigger that is disabled': [
    'ALTER TABLE likes DISABLE TRIGGER invalidate_updated',
    'likes: DELETE, INSERT, TRUNCATE',
  ],
  'a trigger that replication silences': [
    'ALTER TABLE likes ENABLE TRIGGER invalidate_inserted',
    'likes: DELETE, TRUNCATE, UPDATE',
  ],
  'all triggers disabled': ['ALTER TABLE likes DISABLE TRIGGER ALL', 'likes: nothing'],
} as const;

for (const [what, [sql, finding]] of Object.entries(oversights))
  test(`${what} is noticed`, async () => {
    await using fresh = await freshDatabase('posts');
    await withClient(fresh.url, async (client) => {
      await client.query(sql);
      assert.deepEqual(await unheardOf(client, 'posts'), [finding]);
    });
  });

test('both databases hear of writes in the same way', async () => {
  const machinery = await Promise.all(
    databases.map(async (database) => {
      await using fresh = await freshDatabase(database);
      return await withClient(fresh.url, async (client) => {
        const { rows } = await client.query(
          `SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'invalidate_cache_by'
           UNION ALL
           SELECT relname, array_to_string(reloptions, ', ') FROM pg_class WHERE relname IN ('cache_outbox', 'cache_fence')
           ORDER BY 1`,
        );
        assert.equal(rows.length, 3);
        return rows;
      });
    }),
  );
  assert.deepEqual(machinery[0], machinery[1]);
});
