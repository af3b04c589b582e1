import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { envelopeSupport, framesType, mostMembers } from '../../platform/envelope.ts';
import { createLogger } from '../../platform/logging.ts';
import { signatureWindowMs, signCall } from '../../platform/signed-call.ts';
import { captureLog } from '../gateway/support/captured-log.ts';
import { until } from '../support/poll.ts';
import { createSignedClient } from '../support/signed-client.ts';
import { answersOf, framesOf, member, postEnvelope } from './support/envelope-client.ts';
import { type ItemsSubgraph, secret, startItemsSubgraph } from './support/items-subgraph.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
let subgraph: ItemsSubgraph;
before(async () => {
  subgraph = await startItemsSubgraph({ logger });
});
after(() => subgraph[Symbol.asyncDispose]());

test('every answer to a plain call says that envelopes are read', async () => {
  const body = '{"query":"{ forbidden }"}';
  const response = await fetch(subgraph.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...signCall({ secrets: [secret], audience: 'items', viewer: null, body, now: Date.now() }),
    },
    body,
  });
  assert.equal(response.headers.get(envelopeSupport.header), envelopeSupport.value);
});

test('a member gets what a plain call gets: status, answer, extensions and for how long it holds', async () => {
  const client = createSignedClient({ name: 'items', url: subgraph.url, secret });
  const queries = [
    '{ number(of: 3) }',
    '{ viewer }',
    '{ number(of: 1) broken }',
    '{ required }',
    '{ nonsense }',
  ];
  const viewer = { subject: 'ada' };
  const frames = await answersOf(
    subgraph.url,
    queries.map((query) => member(query, { viewer })),
  );
  for (const [index, query] of queries.entries()) {
    const plain = await client.call(query, {}, viewer);
    const frame = frames[index];
    assert.deepEqual(
      [frame?.status, frame?.headers['cache-control'] ?? null, frame?.body],
      [plain.status, plain.cacheControl, plain.body],
      query,
    );
  }
});

test('what a subgraph logs has the trace of the call that it is about', async () => {
  const log = captureLog();
  await using logging = await startItemsSubgraph({ logger: log.logger });
  const traceparent = (digit: string) => `00-${digit.repeat(32)}-${'b'.repeat(16)}-01`;
  await answersOf(logging.url, [
    member('{ broken }', { traceparent: traceparent('1') }),
    member('{ broken }', { traceparent: traceparent('2') }),
    member('{ broken }', { traceparent: 'made up' }),
  ]);
  const body = JSON.stringify({ query: '{ broken }' });
  for (const given of [traceparent('3'), `${traceparent('4')}, ${traceparent('5')}`])
    await fetch(logging.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        traceparent: given,
        ...signCall({ secrets: [secret], audience: 'items', viewer: null, body, now: Date.now() }),
      },
      body,
    });
  // Known by now, and so past Apollo Server.
  await answersOf(logging.url, [member('{ broken }', { traceparent: traceparent('6') })]);
  const failures = log.lines.filter(({ level }) => level === 50);
  assert.deepEqual(
    failures.map(({ traceId }) => traceId),
    ['1', '2', undefined, '3', undefined, '6'].map((digit) => digit?.repeat(32)),
  );
  assert(failures.every(({ requestId }) => typeof requestId === 'string'));
});

test('each member is answered for its own viewer, and may be kept for as long and for whom it says', async () => {
  const frames = await answersOf(subgraph.url, [
    member('{ viewer }', { viewer: { subject: 'ada' } }),
    member('{ viewer }'),
    member('{ viewer session }', { viewer: { subject: 'bob', sessionId: 'a-sign-in' } }),
    member('{ number(of: 1) }', { viewer: { subject: 'ada' } }),
  ]);
  assert.deepEqual(
    frames.map(({ body, headers }) => [body?.data, headers['cache-control']]),
    [
      [{ viewer: 'ada' }, 'max-age=30, private'],
      [{ viewer: null }, 'max-age=30, private'],
      [{ viewer: 'bob', session: 'a-sign-in' }, 'no-store'],
      [{ number: 1 }, 'max-age=60, public'],
    ],
  );
  assert.deepEqual(frames[3]?.body?.extensions?.apolloCacheTags, ['items/Number:1']);
});

test('an answer is sent when it is ready, and waits for no other', async () => {
  const members = [member('{ held(gate: "frames") { gate } }'), member('{ number(of: 2) }')];
  const response = await postEnvelope(subgraph.url, `[${members.join(',')}]`);
  assert.equal(response.headers.get('content-type'), framesType);
  const frames = framesOf(response);
  assert.equal((await frames.next()).value?.index, 1);
  subgraph.gate('frames').resolve();
  assert.equal((await frames.next()).value?.index, 0);
  assert.equal((await frames.next()).done, true);
});

/** Lets a query go on that nobody waits for any more, and waits until it has read what it still reads. */
async function letGoOn(gate: string): Promise<void> {
  await until('it is noticed that nobody waits', async () => subgraph.waits.at(-1)?.aborted || undefined);
  subgraph.gate(gate).resolve();
  // A query that came later has been through all of its fields: so would the other have been.
  await createSignedClient({ name: 'items', url: subgraph.url, secret }).call(
    '{ items(count: 1) { owner } }',
  );
}

test('a member past its deadline is given up alone, and reads nothing more', async () => {
  const before = subgraph.readAfter();
  const [late, punctual] = await answersOf(subgraph.url, [
    member('{ held(gate: "late") { after } }', { deadlineMs: 50 }),
    member('{ number(of: 2) }'),
  ]);
  assert.deepEqual([late?.status, late?.body], [504, undefined]);
  assert.deepEqual(punctual?.body?.data, { number: 2 });
  await letGoOn('late');
  assert.equal(subgraph.readAfter(), before);
});

test('members of somebody who is gone read nothing more', async () => {
  const before = subgraph.readAfter();
  const asked = subgraph.waits.length;
  const gone = new AbortController();
  const response = postEnvelope(subgraph.url, `[${member('{ held(gate: "gone") { after } }')}]`, gone);
  await until('it is worked on', async () => subgraph.waits.length > asked || undefined);
  gone.abort();
  await response.then((begun) => begun.text()).catch(() => undefined);
  await letGoOn('gone');
  assert.equal(subgraph.readAfter(), before);
});

test('a plain call past its deadline reads nothing more either', async () => {
  const asked = subgraph.waits.length;
  const before = subgraph.readAfter();
  const body = JSON.stringify({ query: '{ held(gate: "plain") { after } }' });
  const answer = fetch(subgraph.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-deadline-ms': '50',
      ...signCall({ secrets: [secret], audience: 'items', viewer: null, body, now: Date.now() }),
    },
    body,
  });
  await until('it is worked on', async () => subgraph.waits.length > asked || undefined);
  await letGoOn('plain');
  const { data } = (await (await answer).json()) as { data: unknown };
  assert.deepEqual(data, { held: { after: null } });
  assert.equal(subgraph.readAfter(), before);
});

test('what is in work when the subgraph stops is answered', async () => {
  const stopping = await startItemsSubgraph({ logger });
  const response = await postEnvelope(
    stopping.url,
    `[${member('{ held(gate: "stop") { gate } }')},${member('{ number(of: 1) }')}]`,
  );
  const frames = framesOf(response);
  await frames.next();
  const stopped = stopping.stop();
  stopping.gate('stop').resolve();
  assert.deepEqual((await frames.next()).value?.body?.data, { held: { gate: 'stop' } });
  await stopped;
});

const members = `[${member('{ viewer }', { viewer: { subject: 'ada' } })}]`;
const refusals: Record<string, [status: number, send: () => Promise<Response>]> = {
  'that is not signed': [401, () => postEnvelope(subgraph.url, members, { headers: { 'x-signature': '' } })],
  'signed with another secret': [401, () => postEnvelope(subgraph.url, members, { secret: 'x'.repeat(32) })],
  'signed too long ago': [
    401,
    () => postEnvelope(subgraph.url, members, { now: Date.now() - signatureWindowMs - 1_000 }),
  ],
  'signed for another subgraph': [401, () => postEnvelope(subgraph.url, members, { audience: 'users' })],
  'signed as a plain call': [401, () => postEnvelope(subgraph.url, members, { kind: 'call' })],
  'sent again as a plain call': [
    401,
    () => postEnvelope(subgraph.url, members, { headers: { 'content-type': 'application/json' } }),
  ],
  'with another viewer than was signed': [
    401,
    () => {
      const signed = signCall({
        secrets: [secret],
        audience: 'items',
        viewer: null,
        body: members,
        now: Date.now(),
        kind: 'envelope',
      });
      return postEnvelope(subgraph.url, members.replace('ada', 'bob'), { headers: signed });
    },
  ],
  'that is no array': [400, () => postEnvelope(subgraph.url, '{}')],
  'that is no JSON': [400, () => postEnvelope(subgraph.url, '[')],
  'whose member has no viewer': [400, () => postEnvelope(subgraph.url, '[{"requestId":"a","deadlineMs":1}]')],
  'of too many members': [
    400,
    () => postEnvelope(subgraph.url, `[${new Array(mostMembers + 1).fill(member('{ viewer }')).join(',')}]`),
  ],
};
for (const [which, [status, send]] of Object.entries(refusals))
  test(`an envelope ${which} is refused as a whole`, async () => {
    const response = await send();
    assert.equal(response.status, status);
    assert.doesNotMatch(await response.text(), /ada|bob/);
  });

test('while a secret is rotated, envelopes signed with either are read', async () => {
  await using rotating = await startItemsSubgraph({
    logger,
    secrets: ['second-secret-with-32-characters', secret],
  });
  for (const signedWith of ['second-secret-with-32-characters', secret]) {
    const response = await postEnvelope(rotating.url, members, { secret: signedWith });
    assert.equal(response.status, 200);
    assert.match(await response.text(), /ada/);
  }
});
