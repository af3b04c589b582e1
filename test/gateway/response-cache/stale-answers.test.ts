import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryStore } from '../../../cache/memory-store.ts';
import { until } from '../../support/poll.ts';
import { isHit, startCachedGreetings, watchClaims } from '../support/cached-greetings.ts';

/** What time has expired may be served while it is made anew, or if it can't be; what was invalidated never is. */

const query = '{ greeting }';

test('what is expired is served at once while it is made anew', async () => {
  await using world = await startExpiring('stale-while-revalidate=30');
  const { ask, calls, expire, hold, invalidate } = world;
  assert.equal(await ask(), 'made: hello 1');
  expire();
  const release = hold();
  // The first of them has it made; none of them waits for that.
  for (let request = 0; request < 3; request += 1) assert.equal(await ask(), 'stale: hello 1');
  release();
  await until('the new one', async () => (await ask()) === 'fresh: hello 2' || undefined);
  assert.equal(calls(), 2);
  expire();
  await invalidate();
  assert.equal(await ask(), 'made: hello 3');
});

test('it is served at once while another gateway makes it anew, and not made here', async () => {
  await using world = await startExpiring('stale-while-revalidate=30');
  const { ask, calls, expire, claimAsAnotherGateway } = world;
  assert.equal(await ask(), 'made: hello 1');
  expire();
  await claimAsAnotherGateway();
  for (let request = 0; request < 3; request += 1) assert.equal(await ask(), 'stale: hello 1');
  assert.equal(calls(), 1);
});

test('it is served if it cannot be made anew, unless it was invalidated meanwhile', async () => {
  // For two seconds it is too late to be served before that is tried.
  await using world = await startExpiring('stale-while-revalidate=1, stale-if-error=300');
  const { ask, calls, expire, fail, hold, invalidate } = world;
  assert.equal(await ask(), 'made: hello 1');
  expire();
  fail();
  assert.equal(await ask(), 'stale: hello 1');
  const release = hold();
  const asked = ask();
  await until('the attempt', async () => calls() === 3 || undefined);
  await invalidate();
  release();
  assert.equal(await asked, 'errors');
});

/** A gateway on a store whose time the test moves, with greetings that are counted. */
async function startExpiring(allowance: string) {
  let nowMs = 1_800_000_000_000;
  let made = 0;
  let isFailing = false;
  let held: PromiseWithResolvers<void> | undefined;
  const store = createMemoryStore({ maxBytes: 1_000_000, now: () => nowMs, distinction: '0a0b0c0d' });
  const { claimed, watched } = watchClaims(store);
  const world = await startCachedGreetings({
    // The memory of the gateway has a clock of its own.
    env: { CACHE_LOCAL_MB: '0' },
    cacheStore: watched,
    answer: async (reply) => {
      await held?.promise;
      if (isFailing) return reply.send({ data: { greeting: null }, errors: [{ message: 'down' }] });
      made += 1;
      reply.header('cache-control', `public, max-age=60, ${allowance}`);
      return reply.send({ data: { greeting: `hello ${made}` } });
    },
  });
  return {
    calls: world.executions,
    async ask(): Promise<string> {
      const answer = await world.ask(query);
      const { data, errors } = JSON.parse(answer.body);
      if (errors !== undefined) return 'errors';
      if (!isHit(answer)) return `made: ${data.greeting}`;
      const ttl = Number(/ttl=(-?\d+)/.exec(answer.headers['cache-status'] ?? '')?.[1]);
      return `${ttl < 0 ? 'stale' : 'fresh'}: ${data.greeting}`;
    },
    expire: () => {
      nowMs += 62_000;
    },
    hold() {
      held = Promise.withResolvers();
      return held.resolve;
    },
    fail: () => {
      isFailing = true;
    },
    invalidate: () => store.invalidate(['greetings']),
    async claimAsAnotherGateway() {
      const [keys] = claimed.slice(-1);
      assert(keys !== undefined);
      const found = await store.lookup({ keys, encoding: 'identity', claimMs: 60_000 });
      assert(!found.hit && !found.claimedElsewhere);
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
