import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { mostMembers } from '../../platform/envelope.ts';
import { beginTrace } from '../../platform/trace-context.ts';
import { createTestDataSource, type TestDataSource } from './support/data-source.ts';
import { type ScriptedSubgraph, startScriptedSubgraph } from './support/scripted-subgraph.ts';

/** A subgraph of which the gateway knows that it reads envelopes. */
async function start() {
  await using opening = new AsyncDisposableStack();
  const subgraph = opening.use(await startScriptedSubgraph());
  const source = opening.use(createTestDataSource(subgraph.url, { envelopes: true }));
  await getAcquainted(source, subgraph);
  const opened = opening.move();
  return { subgraph, source, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function getAcquainted(source: TestDataSource, subgraph: ScriptedSubgraph): Promise<void> {
  const answer = source.ask('{ hello }');
  (await subgraph.next()).echo();
  await answer;
}

const dataOf = (query: string) => ({ query });

test('what is asked at the same moment goes together; what is alone goes as a plain call', async () => {
  await using set = await start();
  const { subgraph, source } = set;
  const answers = ['{ a }', '{ b }', 'query Named { a }'].map((query) => source.ask(query));
  const together = await subgraph.next();
  assert.deepEqual(together.queries, ['{ a }', '{ b }', 'query Named { a }']);
  for (const index of [2, 0, 1]) together.echo(index);
  together.response.end();
  assert.deepEqual(
    (await Promise.all(answers)).map(({ data }) => data),
    together.queries.map(dataOf),
  );

  const alone = source.ask('{ c }');
  const plain = await subgraph.next();
  assert.equal(plain.members, undefined);
  plain.echo();
  assert.deepEqual((await alone).data, dataOf('{ c }'));
  assert.equal(await source.figure('gateway_subgraph_envelope_members_sum{subgraph="items"}'), 3);
  assert.equal(await source.figure('calls_count{subgraph="items",outcome="ok"}'), 5);
});

test('an answer is handed on when its frame is there, though others are held back', async () => {
  await using set = await start();
  const { subgraph, source } = set;
  const slow = source.ask('{ slow }');
  const fast = source.ask('{ fast }');
  const together = await subgraph.next();
  together.echo(1);
  assert.deepEqual((await fast).data, dataOf('{ fast }'));
  together.echo(0);
  together.response.end();
  assert.deepEqual((await slow).data, dataOf('{ slow }'));
});

test('a connection is used again, also if its answer ends a while after the last frame', async () => {
  await using set = await start();
  const { subgraph, source } = set;
  const connections = new Set<unknown>();
  for (let round = 0; round < 10; round += 1) {
    const answers = ['{ a }', '{ b }'].map((query) => source.ask(query));
    const together = await subgraph.next();
    connections.add(together.response.socket);
    together.echo(0);
    together.echo(1);
    await Promise.all(answers);
    together.response.end();
    await once(together.response, 'close');
  }
  // One is used while the end of the other is on its way.
  assert.ok(connections.size <= 2, `${connections.size} connections`);
});

test('requests that are not answered hold nothing up for long', async () => {
  await using set = await start();
  const { subgraph, source } = set;
  const held = [];
  for (const query of ['{ held1 }', '{ held2 }']) {
    const answer = source.ask(query);
    held.push({ answer, request: await subgraph.next() });
  }
  const answers = ['{ a }', '{ b }'].map((query) => source.ask(query));
  const together = await subgraph.next();
  assert.deepEqual(together.queries, ['{ a }', '{ b }']);
  together.echo(0);
  together.echo(1);
  together.response.end();
  for (const { data } of await Promise.all(answers)) assert.notEqual(data, undefined);
  for (const { answer, request } of held) {
    request.echo();
    assert.notEqual((await answer).data, undefined);
  }
});

test('an envelope is bounded, in members and in what it holds', async () => {
  await using set = await start();
  const { subgraph, source } = set;
  const names = Array.from({ length: mostMembers + 1 }, (_, index) => `{ a${index} }`);
  const large = ['{ x }', '{ y }'].map((query) => `${query}${' '.repeat(600_000)}`);
  const answers = [...names, ...large].map((query) => source.ask(query));
  const sent: number[] = [];
  for (let left = answers.length; left > 0; ) {
    const request = await subgraph.next();
    sent.push(request.queries.length);
    left -= request.queries.length;
    request.queries.forEach((_, index) => void request.echo(index));
    if (request.members !== undefined) request.response.end();
  }
  // The last two are on their way at the same moment.
  assert.deepEqual(
    sent.toSorted((one, other) => other - one),
    [mostMembers, 2, 1],
  );
  assert.equal((await Promise.all(answers)).filter(({ failure }) => failure !== undefined).length, 0);
});

test('whoever asks the same for the same viewer joins what has not been sent', async () => {
  await using set = await start();
  const { subgraph, source } = set;
  const ada = { viewer: { subject: 'ada' } };
  const first = [
    source.ask('{ a }', ada),
    source.ask('{ a }', ada),
    source.ask('{ a }', { viewer: { subject: 'bob' } }),
    source.ask('{ a }', { viewer: { subject: 'ada', sessionId: 'another' } }),
    source.ask('{ a }'),
    source.ask('{ a }', { ...ada, variables: { id: 1 } }),
  ];
  const together = await subgraph.next();
  assert.deepEqual(
    together.members?.map(({ viewer }) => viewer),
    [
      { subject: 'ada' },
      { subject: 'bob' },
      { subject: 'ada', sessionId: 'another' },
      null,
      { subject: 'ada' },
    ],
  );
  // It was sent: what it reads may be older than who asks now.
  const later = source.ask('{ a }', ada);
  const again = await subgraph.next();
  again.echo();
  together.queries.forEach((_, index) => void together.echo(index));
  together.response.end();
  const answers = await Promise.all([...first, later]);
  assert(answers.every(({ data, heard }) => data !== undefined && heard.length === 1));
  // Executors write into what they get.
  assert.notEqual(answers[0]?.data, answers[1]?.data);
  assert.equal(await source.figure('gateway_subgraph_calls_joined_total{subgraph="items"}'), 1);
});

test('each operation carries the trace of its own request; what is joined, that of the first', async () => {
  await using set = await start();
  const { subgraph, source } = set;
  const [one, two, three] = [beginTrace(), { ...beginTrace(), tracestate: 'vendor=1' }, beginTrace()];
  const answers = [
    source.ask('{ a }', { trace: one }),
    source.ask('{ b }', { trace: two }),
    source.ask('{ a }', { trace: three }),
    source.ask('{ c }'),
  ];
  const together = await subgraph.next();
  assert.deepEqual(
    together.members?.map(({ traceparent, tracestate }) => [traceparent, tracestate]),
    [
      [one.traceparent, undefined],
      [two.traceparent, 'vendor=1'],
      [undefined, undefined],
    ],
  );
  together.queries.forEach((_, index) => void together.echo(index));
  together.response.end();
  await Promise.all(answers);
});

test('everyone who waits for the same gives up at their own deadline', async () => {
  await using set = await start();
  const { subgraph, source } = set;
  const impatient = source.ask('{ a }', { waits: 50 });
  const patient = source.ask('{ a }');
  const other = source.ask('{ b }', { waits: 100 });
  const together = await subgraph.next();
  const [shared, single] = together.members ?? [];
  // The subgraph works for as long as the most patient waits.
  assert(
    shared !== undefined && single !== undefined && shared.deadlineMs > 10_000 && single.deadlineMs <= 100,
  );
  assert.match((await impatient).failure ?? '', /unavailable/);
  assert.match((await other).failure ?? '', /unavailable/);
  assert.equal(await source.figure('calls_count{subgraph="items",outcome="timeout"}'), 2);
  together.echo(0);
  together.response.end();
  assert.deepEqual((await patient).data, dataOf('{ a }'));
});

test('when nobody waits any more, the request is ended', async () => {
  await using set = await start();
  const { subgraph, source } = set;
  const answers = ['{ a }', '{ b }'].map((query) => source.ask(query, { waits: 50 }));
  const together = await subgraph.next();
  await new Promise((resolve) => together.response.once('close', resolve));
  await Promise.all(answers);
});

test('a mutation goes by itself, at once, and is never sent with others or joined', async () => {
  await using set = await start();
  const { subgraph, source } = set;
  const answers = ['mutation { m }', 'mutation { m }', '{ a }', '{ b }'].map((query) => source.ask(query));
  const requests = [await subgraph.next(), await subgraph.next(), await subgraph.next()];
  assert.deepEqual(requests.map(({ queries }) => queries.join()).toSorted(), [
    'mutation { m }',
    'mutation { m }',
    '{ a },{ b }',
  ]);
  for (const request of requests) {
    request.queries.forEach((_, index) => void request.echo(index));
    request.response.end();
  }
  await Promise.all(answers);
});
