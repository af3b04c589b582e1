import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInProcessCache } from '../../cache/in-process-cache.ts';
import { holdCalls } from '../cache/support/pauses.ts';
import { bodyOf, isHit, json, startCachedGreetings } from './support/cached-greetings.ts';
import { inChunks, openConnection, requestText } from './support/raw-connection.ts';

/** The fast path reads bodies and writes answers by itself: what connections do to it. */

const query = '{ greeting }';
const bodyLimitBytes = 256 * 1024;
const post = (headers: Record<string, string>, body = bodyOf(query)) =>
  requestText('POST', '/graphql', { ...json, ...headers }, body);

test('a body may come in many pieces, or in chunks', async () => {
  await using world = await startCachedGreetings();
  await world.hit(query);
  using connection = await openConnection(world.gateway.url);
  for (const character of post({ 'x-request-id': 'one-by-one' })) {
    connection.write(character);
    await new Promise(setImmediate);
  }
  assert.equal(isHit(await connection.answer()), true);
  connection.write(post({ 'transfer-encoding': 'chunked' }, inChunks(bodyOf(query), 3)));
  assert.equal(isHit(await connection.answer()), true);
  assert.equal(world.executions(), 1);
});

test('a body up to the limit is read, and one that says it is longer is not', async () => {
  await using world = await startCachedGreetings();
  const padded = (size: number) => bodyOf(query).padEnd(size);
  const longest = padded(bodyLimitBytes);
  assert.equal((await world.send('POST', '/graphql', json, longest)).status, 200);
  assert.equal(isHit(await world.send('POST', '/graphql', json, longest)), true);

  const tooLong = await world.send('POST', '/graphql', json, padded(bodyLimitBytes + 1));
  assert.equal(tooLong.status, 413);
  assert.match(tooLong.body, /BODY_TOO_LARGE/);
  // How long it is shows only in the end.
  const chunked = { ...json, 'transfer-encoding': 'chunked' };
  const inParts = inChunks(padded(bodyLimitBytes + 1), 65_536);
  assert.equal((await world.send('POST', '/graphql', chunked, inParts)).status, 413);
});

test('a client that leaves in the middle of its body is on record, and harms nobody', async () => {
  await using world = await startCachedGreetings();
  await world.hit(query);
  using connection = await openConnection(world.gateway.url);
  const request = post({ 'x-request-id': 'leaves-too-early' });
  connection.write(request.slice(0, -5));
  // The gateway has begun to read it once it has answered somebody who came later.
  assert.equal(isHit(await world.ask(query)), true);
  connection.end();
  const line = await world.gateway.log.line(({ requestId }) => requestId === 'leaves-too-early');
  assert.equal(line.status, 499);
  assert.equal(isHit(await world.ask(query)), true);
  assert.equal(world.executions(), 1);
});

test('a client that leaves while the cache is asked keeps nobody else from the answer', async () => {
  const { held, next, proceedUntil } = holdCalls(createInProcessCache(1_000_000));
  await using world = await startCachedGreetings({ cacheStore: held });
  using connection = await openConnection(world.gateway.url);
  connection.write(post({ 'x-request-id': 'left-meanwhile' }));
  const lookup = await proceedUntil('lookup');
  connection.end();
  await world.gateway.log.line(({ requestId }) => requestId === 'left-meanwhile');
  await lookup.proceed();
  // Whoever has claimed the answer either makes it or gives the claim up.
  const ended = await next();
  assert.match(ended.method, /^(store|release)$/);
  await ended.proceed();
});

test('answers to requests on one connection come in their order', async () => {
  await using world = await startCachedGreetings();
  const other = '{ greeting(to: "you") }';
  await world.hit(query);
  using connection = await openConnection(world.gateway.url);
  // Hit, miss, hit, what the router refuses, and a hit.
  const pipelined = [
    post({ 'x-request-id': 'pipelined-1' }),
    post({ 'x-request-id': 'pipelined-2' }, bodyOf(other)),
    post({ 'x-request-id': 'pipelined-3' }),
    requestText('PUT', '/graphql', { 'x-request-id': 'pipelined-4' }),
    post({ 'x-request-id': 'pipelined-5' }),
  ];
  connection.write(pipelined.join(''));
  const outcomes: unknown[] = [];
  for (const _ of pipelined) {
    const answer = await connection.answer();
    outcomes.push([answer.headers['x-request-id'], answer.status, isHit(answer)]);
  }
  assert.deepEqual(outcomes, [
    ['pipelined-1', 200, true],
    ['pipelined-2', 200, false],
    ['pipelined-3', 200, true],
    ['pipelined-4', 405, false],
    ['pipelined-5', 200, true],
  ]);
});

test('a client that waits to be asked for the body is asked', async () => {
  await using world = await startCachedGreetings();
  await world.hit(query);
  using connection = await openConnection(world.gateway.url);
  const request = post({ expect: '100-continue' });
  const headEnd = request.indexOf('\r\n\r\n') + 4;
  connection.write(request.slice(0, headEnd));
  assert.equal((await connection.answer()).status, 100);
  connection.write(request.slice(headEnd));
  assert.equal(isHit(await connection.answer()), true);
});

test('while the gateway stops, a hit says that the connection is to be closed', async () => {
  const { held, proceedUntil, proceedWith } = holdCalls(createInProcessCache(1_000_000));
  await using world = await startCachedGreetings({ cacheStore: held });
  await proceedWith(world.hit(query));
  using connection = await openConnection(world.gateway.url);
  connection.write(post({}));
  const question = await proceedUntil('changesSince');
  const stopped = world.gateway.service.stop();
  // The admin port is drained before the server stops taking connections, and this tells that it does.
  await assert.rejects(async () => {
    for (;;) (await openConnection(world.gateway.url))[Symbol.dispose]();
  });
  await question.proceed();
  const answer = await connection.answer();
  assert.equal(isHit(answer), true);
  assert.equal(answer.headers.connection, 'close');
  await stopped;
});
