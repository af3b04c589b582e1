import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createLocalCache } from '../../cache/local-cache.ts';
import { createResponseCache } from '../../cache/response-cache.ts';
import { createSingleFlight } from '../../cache/single-flight.ts';
import { createWaitBudgets, type WaitBudget, waitBudgetMs } from '../../cache/wait-budget.ts';
import { answer, readThrough } from './support/answers.ts';
import { holdCalls } from './support/pauses.ts';
import { memoryWorld } from './support/store-worlds.ts';

/** Rule 7: a request waits for a slow cache once, not once for each question that it has. */

test('what a request waits for is counted together, and ends when the budget does', async (t) => {
  const { budget, pass } = controlled(t);
  assert.equal(await slow(budget, 60, pass), 'answered');
  assert.equal(await slow(budget, 60, pass), 'answered');
  const last = budget.spend(() => new Promise<never>(() => {}));
  pass(waitBudgetMs - 120);
  await assert.rejects(last, { name: 'WaitedTooLongError' });
  let asked = 0;
  await assert.rejects(
    budget.spend(async () => {
      asked += 1;
    }),
    { name: 'WaitedTooLongError' },
  );
  assert.equal(asked, 0);
});

test('what takes no time costs nothing, and a failure is passed on', async (t) => {
  const { budget, pass } = controlled(t);
  for (let question = 0; question < 100; question += 1)
    assert.equal(await budget.spend(async () => question), question);
  assert.equal(await slow(budget, waitBudgetMs - 10, pass), 'answered');
  await assert.rejects(
    budget.spend(() => Promise.reject(new Error('Connection is closed'))),
    /closed/,
  );
});

test('time in which this process gets round to nothing is not waited', async () => {
  const budget = createWaitBudgets()();
  const asked = budget.spend(async () => {
    await new Promise(setImmediate);
    return 'answered';
  });
  // Blocks the event loop for longer than the budget.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitBudgetMs + 50);
  assert.equal(await asked, 'answered');
  assert.equal(await budget.spend(async () => 'again'), 'again');
});

test('a request that waited for the question of the local cache waits for the rest of the budget only', async (t) => {
  const { store } = memoryWorld();
  const { held, next, proceedUntil } = holdCalls(store);
  const { budget, openBudget, pass } = controlled(t);
  const options = { maxBytes: 1_000_000, maxLagMs: 0, now: () => 0, openBudget };
  const local = createLocalCache({ store: held, ...options });
  const found = createResponseCache({ store: held, local }).lookup({ ...question, budget });
  const asked = await proceedUntil('changesSince');
  pass(waitBudgetMs - 10);
  await asked.proceed();
  // The store has it, but says so too late.
  await readThrough(store, 'late');
  assert.equal((await next()).method, 'lookup');
  pass(10);
  const { hit } = await found;
  assert.equal(hit, false);
});

test('nobody waits longer for a question of the local cache that they share, nor for the one before it', async (t) => {
  const { held, proceedUntil } = holdCalls(memoryWorld().store);
  const { openBudget, pass } = controlled(t);
  const options = { maxBytes: 1_000_000, maxLagMs: 0, now: () => 0, openBudget };
  const cache = createResponseCache({ store: held, local: createLocalCache({ store: held, ...options }) });
  const first = cache.lookup({ ...question, budget: openBudget() });
  await proceedUntil('changesSince');
  pass(10);
  // Begins when the other one has ended, which it doesn't.
  const second = cache.lookup({ ...question, budget: openBudget() });
  pass(waitBudgetMs - 10);
  assert.deepEqual((await first).hit, false);
  pass(10);
  assert.deepEqual((await second).hit, false);
});

test('whoever has waited before does not wait for what others made to be judged', async (t) => {
  const { store } = memoryWorld();
  const { held, next } = holdCalls(store);
  const { budget, pass } = controlled(t);
  const { position } = await store.status();
  const flights = createSingleFlight<string>((_, at) => held.check(answer(at)));
  const made = Promise.withResolvers<string>();
  const pilot = flights.run('key', { position, work: () => made.promise, accepts: () => true });
  await new Promise(setImmediate);
  assert.equal(await slow(budget, waitBudgetMs - 10, pass), 'answered');
  const own = { position, budget, work: async () => 'own', accepts: () => true };
  const follower = flights.run('key', own);
  made.resolve('shared');
  assert.equal((await pilot).result, 'shared');
  assert.equal((await next()).method, 'check');
  pass(10);
  assert.equal((await follower).result, 'own');
});

test('the work of another gateway is not waiting for the cache', async (t) => {
  const { store } = memoryWorld();
  const { budget, pass } = controlled(t);
  const { position } = await store.status();
  await store.lookup({ ...question, claimMs: 60_000 });
  const local = createLocalCache({ store, maxBytes: 1_000_000, maxLagMs: 0, now: () => 0 });
  let looks = 0;
  const counted = {
    ...store,
    lookup: async (request: Parameters<typeof store.lookup>[0]) => {
      looks += 1;
      // The answer is there after many looks, each of which takes half of the budget.
      if (looks === 6) await store.store(answer(position, { body: 'made there' }));
      // Once the request waits for it.
      await Promise.resolve();
      pass(waitBudgetMs / 2);
      return store.lookup(request);
    },
  };
  const found = await createResponseCache({ store: counted, local }).lookup({
    ...question,
    claimMs: 60_000,
    budget,
  });
  assert.equal(found.hit && found.answer.body.toString(), 'made there');
});

const question = { keys: ['key'], encoding: 'identity' } as const;

/** A budget by a clock that the test moves. */
function controlled(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const openBudget = createWaitBudgets();
  return {
    budget: openBudget(),
    openBudget,
    pass: (ms: number) => t.mock.timers.tick(ms),
  };
}

/** A question that is answered after so long. */
async function slow(budget: WaitBudget, ms: number, pass: (ms: number) => void) {
  const reply = Promise.withResolvers<string>();
  const asked = budget.spend(() => reply.promise);
  pass(ms);
  reply.resolve('answered');
  return asked;
}
