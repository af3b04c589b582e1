import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../local/free-port.ts';
import { type Secrets, verifyCall } from '../../platform/signed-call.ts';
import { until } from '../support/poll.ts';

/** `npm run call`, against a server that tells what it was sent. */

const secrets: Secrets = ['the-secret-that-tests-sign-calls-with'];
const script = fileURLToPath(new URL('../../subgraphs/call.main.ts', import.meta.url));
const server = createServer(async (request, response) => {
  const body = await text(request);
  const call = verifyCall({ secrets, audience: 'users', headers: request.headers, body, now: Date.now() });
  response.setHeader('content-type', 'application/json');
  response.statusCode = call.ok ? 200 : 401;
  response.end(
    JSON.stringify({ call: call.ok ? { ok: true, viewer: call.viewer } : call, received: JSON.parse(body) }),
  );
});
let url: string;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});
after(() => server.close());

function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  return spawn(process.execPath, [script, ...args], {
    env: { ...process.env, SUBGRAPH_SECRET: secrets[0], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(args: readonly string[], environment?: NodeJS.ProcessEnv) {
  const child = start(args, environment);
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { output, errors, code: code as number };
}

test('it signs a query, with variables, as somebody', async () => {
  const { output, code } = await run([
    'users',
    '--url',
    url,
    'query ($a: Int) { a }',
    '--variables',
    '{"a":1}',
    '--as',
    'me',
  ]);
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(output), {
    call: { ok: true, viewer: { subject: 'me' } },
    received: { query: 'query ($a: Int) { a }', variables: { a: 1 } },
  });
});

test('of a subgraph that it does not know, it has to be told where it is', async () => {
  const { errors, code } = await run(['reviews', '{ a }']);
  assert.equal(code, 1);
  assert.match(errors, /url: must be set/);
  // Signed for that one, which the server isn't.
  const { output } = await run(['reviews', '--url', url, '{ a }']);
  assert.equal(JSON.parse(output).call.ok, false);
});

test('without a secret, or with one that is too short, it says which variable is wrong', async () => {
  for (const secret of ['', 'short']) {
    const { errors, code } = await run(['users', '--url', url, '{ a }'], { SUBGRAPH_SECRET: secret });
    assert.match(errors, /SUBGRAPH_SECRET/);
    assert.equal(code, 1);
  }
});

test('without a query it says how it is used', async () => {
  const { errors, code } = await run(['users']);
  assert.match(errors, /npm run call -- SUBGRAPH/);
  assert.equal(code, 1);
});

test('as a proxy it signs for tools that cannot, and not for web pages', async () => {
  const port = await freePort();
  const child = start(['users', '--url', url, '--proxy', String(port)]);
  try {
    const post = (type: string) =>
      fetch(`http://127.0.0.1:${port}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{"query":"{ a }"}',
      });
    const answer = await until('an answer through the proxy', async () =>
      (await post('application/json')).json(),
    );
    assert.equal((await post('text/plain')).status, 415);
    assert.deepEqual(answer, { call: { ok: true, viewer: null }, received: { query: '{ a }' } });
  } finally {
    child.kill();
    await once(child, 'exit');
  }
});
