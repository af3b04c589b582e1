import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { after, before, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Pool } from 'pg';
import { parsePage } from '../../subgraphs/shared/page.ts';
import {
  createSharedPageRead,
  createSharedRead,
  type SharedRead,
} from '../../subgraphs/shared/shared-reads.ts';
import { emptyDatabase, type TestDatabase } from '../support/databases.ts';
import { createTestPool } from '../support/pools.ts';

let database: TestDatabase;
let pool: Pool;
/** The keys of each statement, as they were sent. */
let sent: (readonly string[])[];

before(async () => {
  database = await emptyDatabase();
  pool = createTestPool(database.url, 4);
});
after(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});

/** 100 divided by each key: there is nothing for "none", and PostgreSQL chokes on "0". */
function quotients(maxBatchSize?: number): SharedRead<string, number> {
  sent = [];
  return createSharedRead(async (keys: readonly string[]) => {
    sent.push(keys);
    const { rows } = await pool.query<{ key: string; quotient: number }>(
      `SELECT key, 100 / key::int AS quotient FROM unnest($1::text[]) AS keys (key) WHERE key <> 'none'`,
      [keys],
    );
    return new Map(rows.map(({ key, quotient }) => [key, quotient]));
  }, maxBatchSize);
}

const isDivisionByZero = { message: 'division by zero' };

test('what is asked for in one turn is one statement, in which a key is once', async () => {
  const read = quotients();
  const asked = ['1', '2', 'none', '2', '4'].map((key) => read.read(key));
  await Promise.resolve();
  asked.push(read.read('5'));
  assert.deepEqual(await Promise.all(asked), [100, 50, null, 50, 25, 20]);
  assert.deepEqual(sent, [['1', '2', 'none', '4', '5']]);
});

test('a statement that has been sent is not joined, even for the same key, and nothing is kept after it', async () => {
  const read = quotients();
  const early = read.read('1');
  await nextTurn();
  assert.equal(sent.length, 1);
  const late = read.read('1');
  assert.deepEqual(await Promise.all([early, late]), [100, 100]);
  await read.read('1');
  assert.deepEqual(sent, [['1'], ['1'], ['1']]);
});

test('more keys than a statement may have are several', async () => {
  const read = quotients(2);
  const found = await Promise.all(['1', '2', '4', '5', '10'].map((key) => read.read(key)));
  assert.deepEqual(found, [100, 50, 25, 20, 10]);
  assert.deepEqual(sent, [['1', '2'], ['4', '5'], ['10']]);
});

test('a key that PostgreSQL chokes on fails alone, after few statements', async () => {
  const read = quotients();
  const keys = Array.from({ length: 64 }, (_, n) => String(n));
  const results = await Promise.allSettled(keys.map((key) => read.read(key)));
  const [zero, ...others] = results;
  assert(zero?.status === 'rejected');
  assert.throws(() => {
    throw zero.reason;
  }, isDivisionByZero);
  assert.deepEqual(
    others.map((result) => result.status === 'fulfilled' && result.value),
    keys.slice(1).map((key) => Math.trunc(100 / Number(key))),
  );
  // All of them, and two halves at each of six levels.
  assert.equal(sent.length, 1 + 2 * 6);
});

test('a failure that is no key’s is everybody’s, and is not tried again', async () => {
  let statements = 0;
  const read = createSharedRead(async () => {
    statements++;
    await pool.query('SELECT FROM no_such_table');
    return new Map<string, number>();
  });
  const results = await Promise.allSettled([read.read('1'), read.read('2')]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(statements, 1);
});

test('a batch doesn’t run in the context of the request that opened it', async () => {
  const request = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const read = createSharedRead(async () => {
    seen.push(request.getStore());
    return new Map<string, number>();
  });
  await request.run('the first request', () => read.read('1'));
  const pages = createSharedPageRead(async () => {
    seen.push(request.getStore());
    return [];
  });
  await request.run('the first request', () =>
    pages.read(
      '1',
      parsePage({}, () => true),
    ),
  );
  assert.deepEqual(seen, [undefined, undefined]);
});

test('equal pages of several parents are one statement, other pages are others', async () => {
  const asked: string[] = [];
  const lists = createSharedPageRead(async (parents, page) => {
    asked.push(`${parents.join()} ${page.size} ${page.direction}`);
    const { rows } = await pool.query<{ parent: string; child: number }>(
      `SELECT parent, child FROM unnest($1::text[]) AS parents (parent), generate_series(1, $2) AS child
       WHERE parent <> 'childless' ORDER BY child`,
      [parents, page.size],
    );
    return rows;
  });
  const page = (args: { first?: number; last?: number }) => parsePage(args, () => true);
  const [a, b, none, long, backward] = await Promise.all([
    lists.read('a', page({ first: 2 })),
    lists.read('b', page({ first: 2 })),
    lists.read('childless', page({ first: 2 })),
    lists.read('a', page({ first: 3 })),
    lists.read('a', page({ last: 2 })),
  ]);
  assert.deepEqual(a, [
    { parent: 'a', child: 1 },
    { parent: 'a', child: 2 },
  ]);
  assert.deepEqual([b?.length, none, long?.length, backward?.length], [2, [], 3, 2]);
  assert.deepEqual(asked, ['a,b,childless 2 forward', 'a 3 forward', 'a 2 backward']);
});

test('a page asked for after its statement was sent is read anew', async () => {
  let statements = 0;
  const lists = createSharedPageRead(async (parents) => {
    statements++;
    const { rows } = await pool.query<{ parent: string }>('SELECT unnest($1::text[]) AS parent', [parents]);
    return rows;
  });
  const page = parsePage({}, () => true);
  const early = lists.read('a', page);
  await nextTurn();
  assert.equal(statements, 1);
  const late = lists.read('a', page);
  assert.deepEqual(await Promise.all([early, late]), [[{ parent: 'a' }], [{ parent: 'a' }]]);
  assert.equal(statements, 2);
});

test('long pages go to fewer parents at a time', async () => {
  const asked: number[] = [];
  const lists = createSharedPageRead(async (parents) => {
    asked.push(parents.length);
    const { rows } = await pool.query<{ parent: string }>('SELECT unnest($1::text[]) AS parent', [parents]);
    return rows;
  });
  const page = parsePage({ first: 100 }, () => true);
  await Promise.all(Array.from({ length: 300 }, (_, n) => lists.read(String(n), page)));
  assert.deepEqual(asked, [199, 101]);
});
