import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBreaker } from '../../gateway/subgraph-calls/breaker.ts';
import { CallFailure, statusFailure } from '../../gateway/subgraph-calls/call-failure.ts';

/** A breaker on a clock that only the test moves. */
function start() {
  let time = 1_000_000;
  const told: string[] = [];
  const breaker = createBreaker<unknown>({
    failureIn: (result) => (result instanceof CallFailure ? result : undefined),
    now: () => time,
    watch: { opened: ({ outcome }) => told.push(`opened: ${outcome}`), closed: () => told.push('closed') },
  });
  const outcome = (work: () => Promise<unknown>) =>
    breaker.run(work).then(
      () => 'ok',
      (error: CallFailure) => error.outcome,
    );
  const fail = (failure = new CallFailure('unreachable', 'away')) => outcome(() => Promise.reject(failure));
  return {
    told,
    pass: (ms: number) => {
      time += ms;
    },
    answer: (result?: CallFailure) => outcome(async () => result),
    fail,
    /** A call that ends when the test says. */
    begin() {
      const end = Promise.withResolvers<void>();
      return { ...end, outcome: outcome(() => end.promise) };
    },
    async failTimes(count: number, failure?: CallFailure) {
      for (let left = count; left > 0; left -= 1) await fail(failure);
    },
  };
}

test('after many failures nothing is sent, and that is told once', async () => {
  const { told, fail, failTimes, answer } = start();
  await failTimes(19);
  assert.equal(await fail(), 'unreachable');
  assert.deepEqual([await answer(), await fail()], ['not_sent', 'not_sent']);
  assert.deepEqual(told, ['opened: unreachable']);
});

test('answers that say that what the subgraph needs is away count as failures', async () => {
  const { told, answer } = start();
  const away = new CallFailure('errors', 'away');
  for (let count = 0; count < 20; count += 1) assert.equal(await answer(away), 'errors');
  assert.equal(await answer(), 'not_sent');
  assert.deepEqual(told, ['opened: errors']);
});

test('fewer failures than answers keep it closed, and so do a few failures without any', async () => {
  const { told, answer, fail, failTimes } = start();
  await failTimes(19);
  for (let i = 0; i < 20; i += 1) await answer();
  for (let i = 0; i < 100; i += 1) {
    await answer();
    await answer();
    await fail();
  }
  assert.deepEqual(told, []);
});

test('failures of long ago are forgotten', async () => {
  const { told, failTimes, pass } = start();
  await failTimes(19);
  pass(10_000);
  await failTimes(19);
  assert.deepEqual(told, []);
  pass(4_999);
  await failTimes(1);
  assert.deepEqual(told, ['opened: unreachable']);
});

test('after two seconds one call is tried while the others go without, and its answer lets all through', async () => {
  const { told, begin, answer, fail, failTimes, pass } = start();
  await failTimes(20);
  pass(1_999);
  assert.equal(await answer(), 'not_sent');
  pass(1);
  const trial = begin();
  assert.equal(await answer(), 'not_sent');
  trial.resolve();
  assert.equal(await trial.outcome, 'ok');
  assert.equal(await answer(), 'ok');
  assert.deepEqual(told, ['opened: unreachable', 'closed']);
  // What made it open counts no more.
  assert.equal(await fail(), 'unreachable');
  assert.equal(await answer(), 'ok');
});

test('a trial that fails has everybody wait again, silently', async () => {
  const { told, fail, answer, failTimes, pass } = start();
  await failTimes(20);
  pass(2_000);
  assert.equal(await fail(), 'unreachable');
  pass(1_999);
  assert.equal(await answer(), 'not_sent');
  pass(1);
  assert.equal(await answer(), 'ok');
  assert.deepEqual(told, ['opened: unreachable', 'closed']);
});

test('a trial that is given up says nothing: the next call is one', async () => {
  const { fail, answer, failTimes, pass } = start();
  await failTimes(20);
  pass(2_000);
  assert.equal(await fail(new CallFailure('abandoned', 'gone')), 'abandoned');
  assert.equal(await answer(), 'ok');
});

test('calls from before it opened neither close nor open it', async () => {
  const { told, begin, answer, failTimes, pass } = start();
  const [lucky, unlucky] = [begin(), begin()];
  await failTimes(20);
  lucky.resolve();
  await lucky.outcome;
  assert.equal(await answer(), 'not_sent');
  pass(1_999);
  unlucky.reject(new CallFailure('unreachable', 'away'));
  await unlucky.outcome;
  pass(1);
  assert.equal(await answer(), 'ok');
  assert.deepEqual(told, ['opened: unreachable', 'closed']);
});

test('what says nothing of a subgraph does not open it', async () => {
  for (const failure of [
    new CallFailure('abandoned', 'the client left'),
    // The request had used up its time before: this clock stands still.
    new CallFailure('timeout', 'no time left'),
    statusFailure(404),
    statusFailure(307),
  ]) {
    const { told, failTimes } = start();
    await failTimes(100, failure);
    assert.deepEqual(told, [], failure.message);
  }
});

test('what says that a subgraph fails opens it', async () => {
  for (const failure of [
    new CallFailure('nonsense', 'no JSON'),
    statusFailure(500),
    statusFailure(503),
    new CallFailure('unreachable', 'away'),
  ]) {
    const { told, failTimes } = start();
    await failTimes(20, failure);
    assert.deepEqual(told, [`opened: ${failure.outcome}`]);
  }
  const { told, begin, pass } = start();
  const calls = Array.from({ length: 20 }, begin);
  pass(1_000);
  for (const { reject } of calls) reject(new CallFailure('timeout', 'no answer'));
  await Promise.all(calls.map(({ outcome }) => outcome));
  assert.deepEqual(told, ['opened: timeout']);
});
