import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sqltag as sql } from '@prisma/client/runtime/client';
import type { Pool } from 'pg';
import { createLogger } from '../../platform/logging.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createDatabasePool } from '../../subgraphs/shared/database-pool.ts';
import { createNamedReads } from '../../subgraphs/shared/named-reads.ts';
import { createWaiting } from '../../subgraphs/shared/waiting.ts';
import { emptyDatabase, type TestDatabase, withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';

/** Statements that requests share, when those who asked for them leave. */

let database: TestDatabase;
let pool: Pool;
before(async () => {
  database = await emptyDatabase();
  pool = createDatabasePool({
    url: database.url,
    size: 1,
    statementTimeoutMs: 60_000,
    applicationName: 'given-up',
    forNamedReads: true,
    registry: createMetrics('test').registry,
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
});
after(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});

const activity = async () => {
  const { rows } = await withClient(database.url, (client) =>
    client.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'given-up' AND state = 'active'
         AND datname = current_database()`,
    ),
  );
  return rows.length;
};
const untilRunning = (count: number) =>
  until(`${count} statements run`, async () => (await activity()) === count || undefined);

test('a statement ends when all have left who can have asked for it, in PostgreSQL, too', async () => {
  const waiting = createWaiting();
  const reads = createNamedReads(pool, waiting);
  const [one, other] = [waiting.come(), waiting.come()];
  const read = assert.rejects(reads.read(sql`SELECT pg_sleep(50)`));
  await untilRunning(1);
  // Those who come now can't be waiting for it.
  waiting.come();
  one('gave up');
  other('answered');
  await read;
  await untilRunning(0);
});

test('it goes on while one of them is there, whoever else leaves', async () => {
  const waiting = createWaiting();
  const reads = createNamedReads(pool, waiting);
  const leave = [waiting.come(), waiting.come(), waiting.come()];
  // Long enough to be looked at several times.
  const read = reads.read<{ done: string }>(sql`SELECT pg_sleep(0.6)::text AS done`);
  await untilRunning(1);
  leave[0]?.('gave up');
  leave[2]?.('gave up');
  assert.deepEqual(await read, [{ done: '' }]);
});

test('one that waits for a connection until all have left is not sent', async () => {
  const waiting = createWaiting();
  const reads = createNamedReads(pool, waiting);
  const held = await pool.connect();
  const leave = waiting.come();
  const read = assert.rejects(reads.read(sql`SELECT pg_sleep(50)`), { code: 'SUBGRAPH_UNAVAILABLE' });
  leave('gave up');
  held.release();
  await read;
});
