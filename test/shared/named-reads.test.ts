import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sqltag as sql } from '@prisma/client/runtime/client';
import type { Pool } from 'pg';
import { createLogger } from '../../platform/logging.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { isDataError } from '../../subgraphs/shared/database-failures.ts';
import { createDatabasePool } from '../../subgraphs/shared/database-pool.ts';
import { createNamedReads, type NamedReads } from '../../subgraphs/shared/named-reads.ts';
import { emptyDatabase, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;
let pool: Pool;
let reads: NamedReads;

before(async () => {
  database = await emptyDatabase();
  pool = createDatabasePool({
    url: database.url,
    size: 1,
    statementTimeoutMs: 5_000,
    applicationName: 'test',
    forNamedReads: true,
    registry: createMetrics('test').registry,
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  reads = createNamedReads(pool);
});
after(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});

const doubled = (numbers: readonly number[]) =>
  reads.read<{ n: number }>(sql`SELECT 2 * n AS n FROM unnest(${numbers}::int[]) AS t (n)`);

test('a statement is planned once, whatever its values and however many they are', async () => {
  for (const numbers of [[1], [], [3, 4], [5], [6], [7], Array.from({ length: 500 }, (_, n) => n)])
    assert.deepEqual(
      (await doubled(numbers)).map(({ n }) => n),
      numbers.map((n) => 2 * n),
    );
  const { rows } = await pool.query(
    `SELECT generic_plans::int, custom_plans::int FROM pg_prepared_statements WHERE statement LIKE '%2 * n%'`,
  );
  assert.deepEqual(rows, [{ generic_plans: 7, custom_plans: 0 }]);
});

test('statements of another text are others', async () => {
  const [one] = await reads.read(sql`SELECT 1 AS value`);
  const [two] = await reads.read(sql`SELECT 2 AS value`);
  assert.deepEqual([one, two], [{ value: 1 }, { value: 2 }]);
});

test('a statement that failed works again with other values', async () => {
  const quotient = (divisor: number) => reads.read(sql`SELECT 4 / ${divisor}::int AS quotient`);
  await assert.rejects(quotient(0), isDataError);
  assert.deepEqual(await quotient(2), [{ quotient: 2 }]);
});

test('moments are read as pg reads them', async () => {
  const texts = [
    '2026-01-31 12:34:56.789',
    '2026-01-31 12:34:56.7',
    '2026-01-31 12:34:56',
    '2026-01-31 12:34:56.123456',
    '0001-01-01 00:00:00',
    '9999-12-31 23:59:59.999',
    '12026-01-31 12:34:56.7',
    '0044-03-15 12:00:00 BC',
    'infinity',
    '-infinity',
  ];
  const read = await reads.read(
    sql`SELECT moment FROM unnest(${texts}::timestamptz[]) WITH ORDINALITY AS t (moment, n) ORDER BY n`,
  );
  const { rows } = await pool.query(
    'SELECT moment FROM unnest($1::timestamptz[]) WITH ORDINALITY AS t (moment, n) ORDER BY n',
    [texts],
  );
  assert.deepEqual(read, rows);
  assert.deepEqual((read[0] as { moment: Date }).moment, new Date('2026-01-31T12:34:56.789Z'));
});
