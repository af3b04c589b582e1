import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, type TestContext, test } from 'node:test';
import { startNginx, withoutNginx } from '../support/nginx.ts';

/** deploy/nginx.conf in front of two small servers in the gateways' place. */

const skip = withoutNginx;

interface Seen {
  readonly gateway: string;
  readonly headers: IncomingHttpHeaders;
}

let url: string;
let stopNginx: () => Promise<void>;
const gateways: { server: Server; port: number }[] = [];
let seen: Seen[] = [];
let answerWith = (): number | 'hang up' => 200;

before(async () => {
  if (skip !== false) return;
  const [one, two] = [await startGateway('one'), await startGateway('two')];
  gateways.push(one, two);
  ({ url, stop: stopNginx } = await startNginx([one.port, two.port]));
});

after(async () => {
  if (skip !== false) return;
  await stopNginx();
  for (const { server } of gateways) server.close().closeAllConnections();
});

test('nginx spreads requests over both gateways', { skip }, async (context) => {
  forget(context);
  for (let count = 0; count < 10; count++) assert.equal((await call()).status, 200);
  assert.deepEqual(new Set(seen.map(({ gateway }) => gateway)), new Set(['one', 'two']));
});

test('what a client says of its address never reaches a gateway', { skip }, async (context) => {
  forget(context);
  const spoofed = {
    'x-forwarded-for': '6.6.6.6',
    'x-forwarded-host': 'evil.example',
    forwarded: 'for=6.6.6.6',
  };
  await call({ headers: spoofed });
  const headers = seen[0]?.headers ?? {};
  assert.equal(headers['x-forwarded-for'], '127.0.0.1');
  assert.equal(headers['x-forwarded-host'], undefined);
  assert.equal(headers.forwarded, undefined);
});

test('a request keeps a sane id, and is given one otherwise', { skip }, async (context) => {
  forget(context);
  await call({ headers: { 'x-request-id': 'order-12345678' } });
  await call({ headers: { 'x-request-id': 'no spaces, please' } });
  await call();
  const ids = seen.map(({ headers }) => headers['x-request-id']);
  assert.equal(ids[0], 'order-12345678');
  assert.match(String(ids[1]), /^[0-9a-f]{32}$/);
  assert.match(String(ids[2]), /^[0-9a-f]{32}$/);
});

test('a body of 256 KB passes; a larger one is refused in the gateway’s words', { skip }, async () => {
  const limit = 256 * 1024;
  assert.equal((await call({ method: 'POST', body: 'x'.repeat(limit) })).status, 200);
  const refused = await call({ method: 'POST', body: 'x'.repeat(limit + 1) });
  assert.equal(refused.status, 413);
  assert.equal(JSON.parse(refused.body).errors[0].extensions.code, 'BODY_TOO_LARGE');
});

test('a mutation that a gateway may have carried out is not sent again; a query by GET is', {
  skip,
}, async (context) => {
  forget(context);
  let hangUps = 1;
  answerWith = () => (hangUps-- > 0 ? 'hang up' : 200);
  assert.equal((await call({ method: 'GET' })).status, 200);
  assert.equal(seen.length, 2);

  seen = [];
  hangUps = 1;
  const refused = await call({ method: 'POST', body: '{}' });
  assert.equal(refused.status, 503);
  assert.equal(JSON.parse(refused.body).errors[0].extensions.code, 'OVERLOADED');
  assert.equal(seen.length, 1);
});

test('gateways that answer 503 stay in use for everything else', { skip }, async (context) => {
  forget(context);
  answerWith = () => 503;
  for (let count = 0; count < 20; count++) assert.equal((await call({ method: 'GET' })).status, 503);
  answerWith = () => 200;
  for (let count = 0; count < 4; count++) assert.equal((await call()).status, 200);
});

// The last one: it takes a gateway away.
test('when a gateway is gone the other one answers everything, mutations too', { skip }, async (context) => {
  forget(context);
  const [gone] = gateways;
  assert.ok(gone);
  gone.server.closeAllConnections();
  await new Promise((closed) => gone.server.close(closed));
  for (let count = 0; count < 20; count++)
    assert.equal((await call({ method: 'POST', body: '{}' })).status, 200);
  assert.deepEqual(new Set(seen.map(({ gateway }) => gateway)), new Set(['two']));
});

function forget(context: TestContext): void {
  seen = [];
  context.after(() => {
    answerWith = () => 200;
  });
}

async function startGateway(gateway: string): Promise<{ server: Server; port: number }> {
  const server = createServer(async (incoming, response) => {
    await text(incoming);
    seen.push({ gateway, headers: incoming.headers });
    const status = answerWith();
    if (status === 'hang up') incoming.socket.destroy();
    else response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** Every call on a connection of its own, as different clients have. */
async function call({
  method = 'GET',
  headers = {},
  body = '',
}: {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
} = {}): Promise<{
  status: number | undefined;
  body: string;
}> {
  const outgoing = request(url, { method, headers, agent: false });
  outgoing.end(body);
  const [answer] = await once(outgoing, 'response');
  return { status: answer.statusCode, body: await text(answer) };
}
