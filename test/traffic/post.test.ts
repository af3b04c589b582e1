import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { test } from 'node:test';
import { Pool } from 'undici';
import { CallFailure, statusFailure } from '../../gateway/subgraph-calls/call-failure.ts';
import { type AnswerReader, post } from '../../gateway/subgraph-calls/post.ts';
import { until } from '../support/poll.ts';

interface Server extends AsyncDisposable {
  readonly pool: Pool;
  /** The next request that comes. */
  next(): Promise<ServerResponse>;
}

/** A server that the test answers for, at the other end of one connection. */
async function start(): Promise<Server> {
  const requests: ServerResponse[] = [];
  const server = createServer((_, response) => void requests.push(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1, pipelining: 1 });
  return {
    pool,
    next: () => until('a request', async () => requests.shift()),
    async [Symbol.asyncDispose]() {
      await pool.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A text, unless it is empty or loud. */
function reader(asker: { resolve: (text: string) => void; reject: (error: unknown) => void }): AnswerReader {
  let text = '';
  return {
    faultOf: (status) => (status === 200 ? undefined : statusFailure(status)),
    read(chunk) {
      if (chunk.includes('!')) throw new CallFailure('nonsense', 'too loud');
      text += chunk.toString();
    },
    end() {
      if (text === '') throw new CallFailure('nonsense', 'nothing');
      asker.resolve(text);
    },
    fail: asker.reject,
  };
}

function send({ pool }: Server) {
  const { promise: answer, ...asker } = Promise.withResolvers<string>();
  const request = { path: '/', headers: { 'content-type': 'text/plain' }, body: Buffer.from('hello') };
  const sent = post(pool, request, reader(asker));
  return { answer, giveUp: () => sent.giveUp() };
}

test('an answer is read whatever is sent before it', async () => {
  await using server = await start();
  const { answer } = send(server);
  const response = await server.next();
  response.writeEarlyHints({ link: '</style.css>; rel=preload' });
  response.end('hello, too');
  assert.equal(await answer, 'hello, too');
});

test('what a reader throws is how the call fails', async () => {
  await using server = await start();
  const empty = send(server);
  (await server.next()).end();
  await assert.rejects(empty.answer, { message: 'nothing' });

  const loud = send(server);
  const response = await server.next();
  const closed = once(response, 'close');
  response.write('hello!');
  await assert.rejects(loud.answer, { message: 'too loud' });
  await closed;
  assert.equal(response.writableFinished, false);
});

test('the connection outlives an answer that is not worth reading, if that ends soon', async () => {
  await using server = await start();
  const refused = send(server);
  const first = await server.next();
  const { socket } = first;
  first.writeHead(404).end('x'.repeat(100_000));
  await assert.rejects(refused.answer, { outcome: 'status', status: 404 });
  const next = send(server);
  const second = await server.next();
  assert.equal(second.socket, socket);
  second.end('hello');
  assert.equal(await next.answer, 'hello');

  const long = send(server);
  const third = await server.next();
  third.writeHead(404).write('!');
  await assert.rejects(long.answer, { outcome: 'status', status: 404 });
  await once(third, 'close');
});

test('what is given up is hung up on, or not sent at all', async () => {
  await using server = await start();
  const begun = send(server);
  const waiting = send(server);
  const response = await server.next();
  const closed = once(response, 'close');
  response.write('hello');
  waiting.giveUp();
  begun.giveUp();
  await assert.rejects(begun.answer, { outcome: 'abandoned' });
  await assert.rejects(waiting.answer, { outcome: 'abandoned' });
  await closed;
  const last = send(server);
  (await server.next()).end('last');
  assert.equal(await last.answer, 'last');
});
