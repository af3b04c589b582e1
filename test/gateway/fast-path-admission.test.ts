import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInProcessCache } from '../../cache/in-process-cache.ts';
import {
  bodyOf,
  type CachedGreetings,
  isHit,
  json,
  startCachedGreetings,
  watchClaims,
} from './support/cached-greetings.ts';
import { inChunks, type RawAnswer } from './support/raw-connection.ts';

/** A hit passes the same checks as a miss. */

const query = '{ greeting }';

test('a bad token is refused though the answer is there, and counted on its address', async () => {
  await using world = await startCachedGreetings({ env: { RATE_LIMIT_PER_MINUTE: '3' } });
  assert.equal(await outcome(world), 'made');
  const { executions, issuer } = world;
  const expired = { authorization: `Bearer ${await issuer.token({ exp: 1_000 })}` };
  assert.equal(await outcome(world, { authorization: 'Bearer of nothing' }), '401 UNAUTHENTICATED');
  assert.equal(await outcome(world, expired), '401 UNAUTHENTICATED');
  assert.equal(await outcome(world, expired), '429 RATE_LIMITED');
  const good = { authorization: `Bearer ${await issuer.token()}` };
  assert.equal(await outcome(world, good), 'hit');
  assert.equal(executions(), 1);
});

test('hits beyond the limit count like all other requests, and end in a refusal', async () => {
  await using world = await startCachedGreetings({ env: { RATE_LIMIT_PER_MINUTE: '3' } });
  const outcomes: string[] = [];
  // Three that the cache may answer; those after them are counted where the first one was counted, too.
  for (let count = 0; count < 6; count += 1) outcomes.push(await outcome(world));
  assert.deepEqual(outcomes, ['made', 'hit', 'hit', 'hit', 'hit', '429 RATE_LIMITED']);
  const wait = Number((await world.ask(query)).headers['retry-after']);
  assert(wait >= 1 && wait <= 60, `${wait} s`);
  assert.equal(world.executions(), 1);
});

test('a hit takes no points; a miss takes what it costs, and so does a hit that is not wanted', async () => {
  await using world = await startCachedGreetings({ env: { RATE_LIMIT_PER_MINUTE: '100' } });
  const ten = '{ greeting words(first: 10) { text } }';
  const left = ({ headers }: RawAnswer) => /r=(\d+)/.exec(headers.ratelimit ?? '')?.[1];
  assert.equal(left(await world.ask(ten)), '90');
  assert.equal(left(await world.hit(ten)), undefined);
  assert.equal(left(await world.ask(ten, { 'cache-control': 'no-cache' })), '80');
  assert.equal(left(await world.ask(ten, { 'cache-control': 'no-store' })), '70');
  // The fast path doesn't see it: what it costs shows after it was let in.
  const chunked = { ...json, 'transfer-encoding': 'chunked' };
  const twenty = inChunks(bodyOf('{ words(first: 20) { text } }'), 9);
  assert.equal(left(await world.send('POST', '/graphql', chunked, twenty)), '50');
  const sixty = inChunks(bodyOf('{ words(first: 60) { text } }'), 9);
  const refused = await world.send('POST', '/graphql', chunked, sixty);
  assert.deepEqual([refused.status, left(refused)], [429, '0']);
  assert.equal(world.executions(), 4);
});

test('hits are counted by viewer, and by address behind a trusted proxy', async () => {
  await using world = await startCachedGreetings({
    env: { RATE_LIMIT_PER_MINUTE: '1', TRUSTED_PROXIES: 'loopback' },
  });
  const ada = { authorization: `Bearer ${await world.issuer.token({ sub: 'ada' })}` };
  const bob = { authorization: `Bearer ${await world.issuer.token({ sub: 'bob' })}` };
  const first = { 'x-forwarded-for': '192.0.2.1' };
  const second = { 'x-forwarded-for': '192.0.2.2' };
  assert.equal(await outcome(world, { 'x-forwarded-for': '192.0.2.3' }), 'made');
  for (const client of [first, second, { ...first, ...ada }, { ...first, ...bob }]) {
    // One that the cache may answer, one that is counted with the others, and no more.
    assert.equal(await outcome(world, client), 'hit');
    assert.equal(await outcome(world, client), 'hit');
    assert.equal(await outcome(world, client), '429 RATE_LIMITED');
  }
  // Whoever has been refused under one address isn't under another.
  assert.equal(await outcome(world, { 'x-forwarded-for': '192.0.2.4' }), 'hit');
});

test('a miss that is refused gives its claim up, so that nobody waits for it', async () => {
  const store = createInProcessCache(1_000_000);
  const { claimed, watched } = watchClaims(store);
  await using world = await startCachedGreetings({
    env: { RATE_LIMIT_PER_MINUTE: '1' },
    cacheStore: watched,
  });
  // The one request that may pass, which the fast path doesn't see.
  const chunked = { ...json, 'transfer-encoding': 'chunked' };
  const other = bodyOf('{ other: greeting }');
  assert.equal((await world.send('POST', '/graphql', chunked, inChunks(other, 9))).status, 200);
  const before = claimed.length;
  assert.equal(await outcome(world), '429 RATE_LIMITED');
  assert.equal(claimed.length, before + 1);
  const [keys] = claimed.slice(-1);
  assert(keys !== undefined);
  // Another gateway would be told to wait.
  const found = await store.lookup({ keys, encoding: 'identity', claimMs: 60_000 });
  assert.equal(found.hit || found.claimedElsewhere, false);
});

/** What became of a question: from the cache or not, or why it was refused. */
async function outcome(world: CachedGreetings, headers: Record<string, string> = {}): Promise<string> {
  const answer = await world.ask(query, headers);
  if (answer.status === 200) return isHit(answer) ? 'hit' : 'made';
  return `${answer.status} ${JSON.parse(answer.body).errors[0].extensions.code}`;
}
