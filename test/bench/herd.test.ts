import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { gatherHerd, parseResponse } from '../../bench/load/herd.ts';

/** Against a server that answers when all have asked, and not before. */
const size = 50;
const waiting: { response: ServerResponse; asked: string }[] = [];
const server = createServer(async (request, response) => {
  const { method, url, headers } = request;
  const asked = `${method} ${url} ${headers['x-sent']} ${await text(request)}`;
  waiting.push({ response, asked });
  if (asked.endsWith('hang up')) response.destroy();
  if (waiting.length < size) return;
  for (const { response: one, asked: by } of waiting.splice(0)) {
    // In parts, whose length isn't known before.
    one.write('an ');
    one.end(`answer to ${by}`);
  }
});
let url: string;
before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/graphql`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const gather = () => gatherHerd({ url, method: 'POST', headers: { 'x-sent': 'yes' } }, size);

test('a herd asks all at once, again and again, and each of it gets its answer', async () => {
  using herd = await gather();
  for (const body of ['{}', 'für alle']) {
    const answers = await herd.ask(body, size);
    assert.equal(answers.length, size);
    for (const answer of answers) {
      assert.equal(answer.status, 200);
      assert.equal(answer.body.toString(), `an answer to POST /graphql yes ${body}`);
      assert(answer.ms > 0);
    }
  }
});

test('a connection that is closed before the answer fails the herd', async () => {
  using herd = await gather();
  await assert.rejects(herd.ask('hang up', 1), /closed before the answer/);
  waiting.length = 0;
});

test('a response is read once all of it is there, however it comes', () => {
  const responses = [
    'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"data":{}}',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"dat\r\n6\r\na":{}}\r\n0\r\n\r\n',
  ];
  for (const response of responses) {
    const bytes = Buffer.from(response);
    for (let length = 0; length < bytes.length; length += 1)
      assert.equal(parseResponse(bytes.subarray(0, length)), undefined, `${length} bytes`);
    const parsed = parseResponse(bytes);
    assert.deepEqual([parsed?.status, parsed?.body.toString()], [200, '{"data":{}}']);
  }
});
