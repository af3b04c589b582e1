import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import type { LoadGenerator } from '../../bench/load/load-generator.ts';
import { createNodeClient } from '../../bench/load/node-client.ts';
import { findWrk } from '../../bench/load/wrk.ts';

/** Both load generators, against a server that keeps what it was sent. */
const folder = await mkdtemp(join(tmpdir(), 'bench-load-'));
const bodyOf = 'an answer';
let seen: string[] = [];
let status = 200;
const server = createServer(async (request, response) => {
  const { method, url, headers } = request;
  seen.push(`${method} ${url} ${headers['if-none-match']} ${await text(request)}`);
  response.statusCode = status;
  response.end(bodyOf);
});
let url: string;
before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/graphql`;
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const wrk = findWrk(folder);
const generators: [name: string, generator: LoadGenerator | undefined][] = [
  ["Node's own client", createNodeClient(folder)],
  ['wrk', wrk],
];

for (const [name, generator] of generators) {
  const options = { skip: generator === undefined && `there is no ${name} here` };
  const load = (
    request: { method: string; body: string; bodies?: string[]; path?: string },
    signal?: AbortSignal,
  ) => {
    assert(generator !== undefined);
    seen = [];
    const { path = '', ...rest } = request;
    const headers = { 'if-none-match': '"a: b"' };
    return generator.run(
      { url: url + path, headers, ...rest },
      { connections: 4, seconds: 1, signal: signal ?? new AbortController().signal },
    );
  };

  test(`${name} sends the same request again and again, and counts the answers`, options, async () => {
    status = 200;
    const result = await load({ method: 'POST', body: '{"query":"{ a }"}' });
    assert.deepEqual([...new Set(seen)], ['POST /graphql "a: b" {"query":"{ a }"}']);
    // What was on its way when the time was up may have been answered without being counted.
    assert(result.requests > 0 && seen.length - result.requests <= 4, `${result.requests} of ${seen.length}`);
    assert(result.bytes >= result.requests * bodyOf.length);
    assert.equal(result.failed, 0);
    assert(result.p50Ms > 0 && result.p99Ms >= result.p50Ms);
  });

  test(`${name} sends several bodies in turn, and goes on where it ended`, options, async () => {
    status = 200;
    const bodies = Array.from({ length: 200_000 }, (_, index) => `{"index":${index}}`);
    const numbers = () => seen.map((line) => Number(/\{"index":(\d+)\}$/.exec(line)?.[1]));
    await load({ method: 'POST', body: '', bodies });
    const first = numbers();
    assert.equal(new Set(first).size, first.length, 'none is sent twice');
    await load({ method: 'POST', body: '', bodies });
    assert(Math.min(...numbers()) >= first.length - 4, 'the next run begins with what comes next');
  });

  test(`${name} asks without a body, too`, options, async () => {
    await load({ method: 'GET', body: '', path: '?query=%7Ba%7D' });
    assert.deepEqual([...new Set(seen)], ['GET /graphql?query=%7Ba%7D "a: b" ']);
  });

  test(`${name} tells answers of status 400 and above from others`, options, async () => {
    status = 429;
    const { requests, failed } = await load({ method: 'POST', body: '{}' });
    assert(requests > 0);
    assert.equal(failed, requests);
  });

  test(`${name} is stopped by its signal`, options, async () => {
    const stopping = AbortSignal.abort(new Error('stopped'));
    await assert.rejects(load({ method: 'POST', body: '{}' }, stopping), /stopped/);
    const later = new AbortController();
    server.once('request', () => later.abort(new Error('stopped later')));
    await assert.rejects(load({ method: 'POST', body: '{}' }, later.signal), /stopped later/);
  });
}
