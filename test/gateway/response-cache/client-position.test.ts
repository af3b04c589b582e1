import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clientPosition,
  positionHeader,
  positionHeaders,
} from '../../../gateway/response-cache/client-position.ts';

const now = 1_700_000_000_000;
const position = { epoch: '1700000000000000-0123abcd', clock: 7 };

test('a client that sends back what it was told is believed, by header and by cookie', () => {
  const told = positionHeaders({ position, bypassMs: 0 }, now);
  const byHeader = clientPosition({ [positionHeader]: told[positionHeader] }, now);
  const cookie = told['set-cookie']?.split(';')[0] ?? '';
  assert.deepEqual(byHeader, { after: position, looksPastCache: false });
  assert.deepEqual(clientPosition({ cookie: `other=1; ${cookie}` }, now), byHeader);
});

test('a client whose write is not out yet looks past the cache until it is', () => {
  const told = positionHeaders({ position, bypassMs: 2_500 }, now)[positionHeader];
  assert.equal(clientPosition({ [positionHeader]: told }, now + 2_499).looksPastCache, true);
  assert.equal(clientPosition({ [positionHeader]: told }, now + 2_500).looksPastCache, false);
});

test('who has written nothing is told nothing, and nonsense means nothing', () => {
  assert.deepEqual(positionHeaders({ bypassMs: 0 }, now), {});
  for (const value of ['', 'x', 'until-', `until-${now + 10 ** 9}`, '1.2', `${position.epoch}.-1`])
    assert.deepEqual(
      clientPosition({ [positionHeader]: value }, now),
      { after: undefined, looksPastCache: false },
      value,
    );
});
