import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallFailure, statusFailure } from '../../gateway/subgraph-calls/call-failure.ts';
import type { SubgraphCall } from '../../gateway/subgraph-calls/plain-calls.ts';
import { createRepeats } from '../../gateway/subgraph-calls/repeats.ts';

const response = { answer: { data: {} }, headers: {}, askedAt: 0 };
const away = new CallFailure('unreachable', 'away');

/** Calls whose first attempt fails, without a real moment's wait. */
function start(
  failure: unknown,
  { random = 0.5, secondFailure }: { random?: number; secondFailure?: Error } = {},
) {
  const waits: number[] = [];
  const told: string[] = [];
  let succeeds = false;
  let sent = 0;
  const send = createRepeats({
    async first() {
      sent += 1;
      if (succeeds) return response;
      throw failure;
    },
    async again() {
      sent += 1;
      if (secondFailure !== undefined) throw secondFailure;
      return response;
    },
    onRepeat: (outcome) => told.push(outcome),
    wait: async (ms) => waits.push(ms),
    random: () => random,
  });
  const ask = (leftMs = 10_000) => {
    const call: SubgraphCall = {
      body: '{}',
      viewer: null,
      requestId: 'a-request',
      deadline: Date.now() + leftMs,
    };
    return send(call).then(
      () => 'ok',
      (error: CallFailure) => error.outcome,
    );
  };
  return {
    ask,
    waits,
    told,
    sent: () => sent,
    recover: () => {
      succeeds = true;
    },
    fall: () => {
      succeeds = false;
    },
  };
}

test('what failed in passing is sent once more, after a random while', async () => {
  for (const failure of [
    away,
    Object.assign(new Error('read'), { code: 'ECONNRESET' }),
    ...[502, 503, 504].map(statusFailure),
  ]) {
    const { ask, waits, sent, told } = start(failure, { random: 0.25 });
    assert.equal(await ask(), 'ok');
    assert.deepEqual([waits, sent(), told], [[25], 2, ['sent']]);
  }
});

test('it is sent twice at most', async () => {
  const { ask, sent } = start(away, { secondFailure: statusFailure(503) });
  assert.equal(await ask(), 'status');
  assert.equal(sent(), 2);
});

test('what would fail again, or has been waited for, is not repeated', async () => {
  for (const failure of [
    new CallFailure('timeout', 'late'),
    new CallFailure('nonsense', 'no JSON'),
    new CallFailure('abandoned', 'gone'),
    new CallFailure('not_sent', 'open'),
    ...[307, 400, 401, 404, 429, 500, 501].map(statusFailure),
  ]) {
    const { ask, sent, told } = start(failure);
    assert.equal(await ask(), failure.outcome);
    assert.deepEqual([sent(), told], [1, []], failure.message);
  }
});

test('nothing is repeated for which there is no time left', async () => {
  const { ask, sent } = start(away, { random: 0.9 });
  assert.equal(await ask(0), 'unreachable');
  assert.equal(sent(), 1);
});

test('repeats are a fifth of the calls at most, after those of one bad moment', async () => {
  const { ask, told, recover, fall } = start(away);
  for (let i = 0; i < 1_000; i += 1) await ask();
  const sentAgain = () => told.filter((outcome) => outcome === 'sent').length;
  // A bad moment is two full envelopes.
  assert(sentAgain() >= 128 + 199 && sentAgain() <= 128 + 201, String(sentAgain()));
  assert.equal(told.length, 1_000);

  // Calls that succeed save up for the next bad moment, and for no more than one.
  recover();
  for (let i = 0; i < 5_000; i += 1) await ask();
  fall();
  told.length = 0;
  for (let i = 0; i < 100; i += 1) await ask();
  assert.equal(sentAgain(), 100);
  for (let i = 0; i < 900; i += 1) await ask();
  assert(sentAgain() <= 128 + 201, String(sentAgain()));
});
