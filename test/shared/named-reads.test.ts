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

test('values are what they are, whatever is in them', async () => {
  const texts = ['', 'NULL', '"', '\\', '\\"', '{a,b}', ' a, b ', "it's", '\n', 'naïve 🦉'];
  const read = await reads.read(sql`
    SELECT ${texts}::text[] AS texts, ${'"a\\'}::text AS text, ${null}::text AS nothing, ${7}::int AS number, ${true}::boolean AS truth,
      ${['a', null]}::text[] AS some, ${[]}::int[] AS none, ${[true, false]}::boolean[] AS truths`);
  assert.deepEqual(read, [
    {
      ...{ texts, text: '"a\\', nothing: null, number: 7, truth: true },
      ...{ some: ['a', null], none: [], truths: [true, false] },
    },
  ]);
});

test('a value that is no text, number, boolean or list is refused, and the next statement is not', async () => {
  await assert.rejects(reads.read(sql`SELECT ${new Date()}::timestamptz`), /a text, number, boolean or list/);
  assert.deepEqual(await reads.read(sql`SELECT 3 AS value`), [{ value: 3 }]);
});

test('a statement whose columns become others fails once', async () => {
  await pool.query('CREATE TABLE things (size int); INSERT INTO things VALUES (1)');
  const sizes = () => reads.read(sql`SELECT * FROM things`);
  assert.deepEqual([await sizes(), await sizes()], [[{ size: 1 }], [{ size: 1 }]]);
  await pool.query("ALTER TABLE things ALTER size TYPE text USING 'large', ADD colour text");
  await assert.rejects(sizes(), /cached plan must not change result type/);
  assert.deepEqual(await sizes(), [{ size: 'large', colour: null }]);
});

test('an error says who asked', async () => {
  const nobody = () => reads.read(sql`SELECT 1 / ${0}::int`);
  await assert.rejects(nobody(), ({ stack }: Error) => stack?.includes('named-reads.ts') === true);
});
