import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '../../platform/errors.ts';
import { isKeyOf, type Keyset } from '../../subgraphs/shared/keyset.ts';
import { type PageArguments, parsePage, toConnection, toCursor } from '../../subgraphs/shared/page.ts';

const keyset: Keyset = {
  columns: [
    { name: 'published_at', type: 'timestamptz' },
    { name: 'id', type: 'uuid' },
  ],
  order: 'desc',
};
const key = ['2026-01-01T00:00:00.000Z', '0192f0c1-0000-7000-8000-000000000001'];
const parse = (args: PageArguments) => parsePage(args, isKeyOf(keyset));
const isRefused = (code: string) => (error: unknown) => error instanceof CodedError && error.code === code;

test('a page has 20 items unless it says otherwise', () => {
  assert.equal(parse({}).size, 20);
  assert.equal(parse({ first: null, last: null, after: null }).size, 20);
  assert.deepEqual(
    [parse({ first: 0 }).size, parse({ first: 100 }).size, parse({ last: 3 }).size],
    [0, 100, 3],
  );
});

test('sizes that are negative, too large or contradict each other are refused', () => {
  for (const args of [{ first: -1 }, { last: -1 }, { first: 1, last: 1 }])
    assert.throws(() => parse(args), isRefused('BAD_USER_INPUT'));
  for (const args of [{ first: 101 }, { last: 101 }])
    assert.throws(() => parse(args), isRefused('PAGE_TOO_LARGE'));
});

test('a cursor is what this list made; nothing else reaches SQL', () => {
  assert.deepEqual(parse({ first: 1, after: toCursor(key) }).after, key);
  const foreign = [
    [],
    [key[1]],
    [key[1], key[0]],
    [...key, 'x'],
    ['tomorrow', key[1]],
    ['2026-99-01T00:00:00.000Z', key[1]],
  ];
  const cursors = [
    ...foreign.map((values) => toCursor(values as string[])),
    '',
    'nonsense',
    '"',
    toCursor(key).slice(2),
  ];
  for (const cursor of cursors)
    assert.throws(() => parse({ first: 1, after: cursor }), isRefused('BAD_USER_INPUT'), cursor);
});

test('a connection shows what was asked for and knows whether there is more', () => {
  const rows = ['a', 'b', 'c'];
  const connect = (args: PageArguments) =>
    toConnection(
      parsePage(args, () => true),
      rows,
      (row) => [row],
      (row) => row,
    );
  const forward = connect({ first: 2 });
  assert.deepEqual(forward.nodes, ['a', 'b']);
  assert.deepEqual([forward.pageInfo.hasNextPage, forward.pageInfo.hasPreviousPage], [true, false]);
  assert.equal(forward.pageInfo.endCursor, toCursor(['b']));

  const backward = connect({ last: 2, before: toCursor(['z']) });
  assert.deepEqual(backward.nodes, ['b', 'a']);
  assert.deepEqual([backward.pageInfo.hasNextPage, backward.pageInfo.hasPreviousPage], [true, true]);

  const empty = connect({ first: 0 });
  assert.deepEqual(empty.nodes, []);
  assert.deepEqual([empty.pageInfo.startCursor, empty.pageInfo.endCursor], [null, null]);
});
