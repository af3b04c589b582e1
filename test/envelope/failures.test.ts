import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pool } from 'undici';
import { createEnvelopeMetrics } from '../../gateway/subgraph-calls/envelope-metrics.ts';
import { createEnvelopeQueue } from '../../gateway/subgraph-calls/envelope-queue.ts';
import { createPlainCalls } from '../../gateway/subgraph-calls/plain-calls.ts';
import { framesType } from '../../platform/envelope.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { captureLog } from '../gateway/support/captured-log.ts';
import { writeEndlessly } from '../gateway/support/hostile-subgraph.ts';
import { createTestDataSource } from './support/data-source.ts';
import { secret } from './support/items-subgraph.ts';
import { startScriptedSubgraph } from './support/scripted-subgraph.ts';

async function start() {
  await using opening = new AsyncDisposableStack();
  const subgraph = opening.use(await startScriptedSubgraph());
  const source = opening.use(createTestDataSource(subgraph.url, { envelopes: true }));
  const opened = opening.move();
  const acquainted = source.ask('{ hello }');
  (await subgraph.next()).echo();
  await acquainted;
  return {
    subgraph,
    source,
    /** Asks for three things at the same moment. */
    askThree() {
      const answers = ['{ a }', '{ b }', '{ c }'].map((query) => source.ask(query));
      return { answers, request: subgraph.next() };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

const isUnavailable = /unavailable/;

test('what a broken connection left unanswered is sent once more, each by itself', async () => {
  await using set = await start();
  const { answers, request } = set.askThree();
  const together = await request;
  together.echo(1);
  assert.deepEqual((await answers[1])?.data, { query: '{ b }' });
  together.response.destroy();
  const again = [await set.subgraph.next(), await set.subgraph.next()];
  assert.deepEqual(again.map(({ queries }) => queries.join()).toSorted(), ['{ a }', '{ c }']);
  assert(again.every(({ members }) => members === undefined));

  // One of them is why it broke. The other has nothing to do with that, and none is sent a third time.
  for (const one of again)
    if (one.queries.includes('{ a }')) one.response.destroy();
    else one.echo();
  assert.match((await answers[0])?.failure ?? '', isUnavailable);
  assert.deepEqual((await answers[2])?.data, { query: '{ c }' });
  assert.equal(set.subgraph.pending(), 0);
});

test('a connection that breaks before the first frame fails nobody either', async () => {
  await using set = await start();
  const { answers, request } = set.askThree();
  (await request).response.destroy();
  for (const _ of answers) (await set.subgraph.next()).echo();
  assert.deepEqual(
    (await Promise.all(answers)).map(({ data }) => data),
    ['{ a }', '{ b }', '{ c }'].map((query) => ({ query })),
  );
});

const faults: Record<string, [line: string | Buffer, outcome: string]> = {
  'is no JSON': ['{"index":1,"status":200,"headers":{},"body":{"data":{"a":}}\n', 'nonsense'],
  'is no GraphQL answer': ['{"index":1,"status":200,"headers":{},"body":[]}\n', 'nonsense'],
  'has no headers': ['{"index":1,"status":200,"body":{"data":null}}\n', 'nonsense'],
  'has no answer': ['{"index":1,"status":500,"headers":{}}\n', 'status'],
  'says that it took too long': ['{"index":1,"status":504,"headers":{}}\n', 'timeout'],
  'is larger than may be': [
    `{"index":1,"status":200,"headers":{},"body":{"data":{"a":"${'x'.repeat(33 * 1024 * 1024)}"}}}\n`,
    'nonsense',
  ],
  'is nested more deeply than can be read': [
    `{"index":1,"status":200,"headers":{},"body":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n`,
    'nonsense',
  ],
  'is no UTF-8': [
    Buffer.from('{"index":1,"status":200,"headers":{},"body":{"data":{"a":"\xfc"}}}\n', 'latin1'),
    'nonsense',
  ],
  'never comes': ['', 'nonsense'],
};
for (const [which, [line, outcome]] of Object.entries(faults))
  test(`a frame that ${which} fails its own member only`, async () => {
    await using set = await start();
    const { answers, request } = set.askThree();
    const { echo, response } = await request;
    echo(0);
    response.write(line);
    echo(2);
    response.end();
    const [a, b, c] = await Promise.all(answers);
    assert.deepEqual([a?.data, c?.data], [{ query: '{ a }' }, { query: '{ c }' }]);
    assert.match(b?.failure ?? '', isUnavailable);
    assert.equal(await set.source.figure(`calls_count{subgraph="items",outcome="${outcome}"}`), 1);
    assert.equal(set.source.log.lines.filter(({ outcome: logged }) => logged === outcome).length, 1);
  });

test('frames of nobody, and a second one of somebody, change nothing', async () => {
  await using set = await start();
  const { answers, request } = set.askThree();
  const { echo, response } = await request;
  echo(0);
  response.write('\n[]\n{"index":7,"status":200,"headers":{},"body":{"data":null}}\n');
  response.write('{"index":0,"status":200,"headers":{},"body":{"data":{"query":"another"}}}\n');
  echo(1);
  echo(2);
  response.end();
  assert.deepEqual(
    (await Promise.all(answers)).map(({ data }) => data),
    ['{ a }', '{ b }', '{ c }'].map((query) => ({ query })),
  );
});

const surplus: Record<string, Buffer> = {
  'lines without end': Buffer.from('{"index":9}\n'.repeat(5_000)),
  'a line without end': Buffer.alloc(64 * 1024, ' '),
};
for (const [which, piece] of Object.entries(surplus))
  test(`${which} between the frames are not read without end`, async () => {
    await using set = await start();
    const { answers, request } = set.askThree();
    const { echo, response } = await request;
    echo(1);
    let written = 0;
    writeEndlessly(response, piece, (bytes) => {
      written += bytes;
    });
    assert.deepEqual((await answers[1])?.data, { query: '{ b }' });
    for (const index of [0, 2]) assert.match((await answers[index])?.failure ?? '', isUnavailable);
    assert.equal(await set.source.figure('calls_count{subgraph="items",outcome="nonsense"}'), 2);
    assert(written < 96 * 1024 * 1024, `${written} bytes`);
  });

test('an answer that cannot be copied fails those who joined, and nobody else', async () => {
  await using set = await start();
  const answers = ['{ a }', '{ a }', '{ b }'].map((query) => set.source.ask(query));
  const { response, echo } = await set.subgraph.next();
  response.writeHead(200, { 'content-type': framesType });
  const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  response.write(`{"index":0,"status":200,"headers":{},"body":{"data":${deep}}}\n`);
  echo(1);
  response.end();
  const [first, joined, other] = await Promise.all(answers);
  assert.notEqual(first?.data, undefined);
  assert.match(joined?.failure ?? '', isUnavailable);
  assert.equal(await set.source.figure('calls_count{subgraph="items",outcome="nonsense"}'), 1);
  assert.deepEqual(other?.data, { query: '{ b }' });
});

for (const status of [502, 503, 504])
  test(`operations whose envelope met ${status} are sent once more, each by itself; it is no refusal`, async () => {
    await using set = await start();
    const { answers, request } = set.askThree();
    (await request).response.writeHead(status).end('away');
    for (const _ of answers) {
      const plain = await set.subgraph.next();
      assert.equal(plain.members, undefined);
      plain.echo();
    }
    for (const { data } of await Promise.all(answers)) assert.notEqual(data, undefined);

    const next = set.askThree();
    const together = await next.request;
    assert.equal(together.members?.length, 3);
    for (const index of [0, 1, 2]) together.echo(index);
    together.response.end();
    await Promise.all(next.answers);
  });

test('frames arrive whole, wherever they are cut on the way', async () => {
  await using set = await start();
  const { answers, request } = set.askThree();
  const { response } = await request;
  const answer = JSON.stringify({ data: { name: 'Grüße 😀' } });
  const frames = [0, 1, 2].map((index) => `{"index":${index},"status":200,"headers":{},"body":${answer}}\n`);
  response.writeHead(200, { 'content-type': framesType });
  for (const byte of Buffer.from(frames.join(''))) {
    response.write(Buffer.of(byte));
    await new Promise(setImmediate);
  }
  response.end();
  for (const { data } of await Promise.all(answers)) assert.deepEqual(data, { name: 'Grüße 😀' });
});

for (const status of [400, 404, 415, 500])
  test(`a subgraph that refuses an envelope with ${status} gets plain calls for a while`, async () => {
    await using set = await start();
    const { answers, request } = set.askThree();
    (await request).response.writeHead(status, { 'content-type': 'text/plain' }).end('what is this?');
    for (const _ of answers) {
      const plain = await set.subgraph.next();
      assert.equal(plain.members, undefined);
      plain.echo();
    }
    for (const { data } of await Promise.all(answers)) assert.notEqual(data, undefined);
    await set.source.log.line((line) => line.status === status && line.subgraph === 'items');

    // Though their answers say that the subgraph reads envelopes: during a deployment some of its processes do.
    const next = ['{ a }', '{ b }'].map((query) => set.source.ask(query));
    for (const _ of next) (await set.subgraph.next()).echo();
    for (const { data } of await Promise.all(next)) assert.notEqual(data, undefined);
  });

test('when its time is over, a subgraph that refused an envelope gets one again', async () => {
  await using subgraph = await startScriptedSubgraph();
  const metrics = createMetrics('test');
  const pool = new Pool(new URL(subgraph.url).origin);
  const connection = { subgraph: 'items', pool: () => pool, path: '/graphql', secrets: [secret] as const };
  const send = createEnvelopeQueue({
    ...connection,
    plain: createPlainCalls(connection),
    metrics: createEnvelopeMetrics(metrics),
    logger: captureLog().logger,
    refusalMs: 0,
  });
  const ask = (query: string) =>
    send({
      body: JSON.stringify({ query }),
      viewer: null,
      requestId: 'a-request',
      deadline: Date.now() + 20_000,
    });
  const answerPlain = async (count: number) => {
    for (let left = count; left > 0; left -= 1) (await subgraph.next()).echo();
  };

  const acquainted = ask('{ hello }');
  await answerPlain(1);
  await acquainted;
  const refused = [ask('{ a }'), ask('{ b }')];
  (await subgraph.next()).response.writeHead(404).end();
  await answerPlain(2);
  await Promise.all(refused);
  const read = [ask('{ a }'), ask('{ b }')];
  const together = await subgraph.next();
  assert.deepEqual(together.queries, ['{ a }', '{ b }']);
  together.echo(0);
  together.echo(1);
  together.response.end();
  await Promise.all(read);
  await pool.close();
});
