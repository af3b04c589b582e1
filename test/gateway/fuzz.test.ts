import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maliciousCorpus } from '../../bench/malicious/corpus.ts';
import { targets } from '../../bench/malicious/schema.ts';
import { createInProcessCache } from '../../cache/in-process-cache.ts';
import { openConnection, requestText } from './support/raw-connection.ts';
import { startTestGateway, supergraphOf, type TestGateway } from './support/start-test-gateway.ts';
import { startTestSubgraph } from './support/test-subgraph.ts';

/**
 * Nonsense never brings the gateway down, nor is it taken for a fault of the gateway's own. A failure prints its seed and
 * path: give them to `fc.assert` as `{ seed, path }` to play it again.
 */
const runs = { numRuns: 400, interruptAfterTimeLimit: 8_000 };

const seeds = maliciousCorpus
  .flatMap(({ harmless }) => harmless)
  .filter(({ body }) => body.length < 20_000)
  .map(({ method, search, headers, body }) =>
    requestText(method, `/graphql${search}`, headers, Buffer.from(body).toString('latin1')),
  );

async function startTarget() {
  await using opening = new AsyncDisposableStack();
  const subgraphs = [];
  for (const target of targets) subgraphs.push(opening.use(await startTestSubgraph(target)));
  const gateway = opening.use(
    await startTestGateway({
      supergraph: supergraphOf(subgraphs),
      cacheStore: createInProcessCache(1_000_000),
      env: { CACHE: 'on', RATE_LIMIT_PER_MINUTE: '100000000' },
    }),
  );
  const stack = opening.move();
  return { gateway, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Sends bytes as they are and hangs up behind them: the gateway answers what was whole, or not at all. */
async function status(gateway: TestGateway, bytes: string): Promise<number | undefined> {
  using connection = await openConnection(gateway.url);
  connection.write(bytes);
  connection.finish();
  return connection.answer().then(
    (answer) => answer.status,
    () => undefined,
  );
}

async function isWell(gateway: TestGateway): Promise<void> {
  assert.deepEqual(await gateway.query('{ __typename }'), { data: { __typename: 'Query' } });
}

/** Bytes as Latin-1, which has one character for each. */
const bytes = fc.uint8Array({ maxLength: 2_000 }).map((array) => Buffer.from(array).toString('latin1'));
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(20),
  inserted: fc.oneof(
    fc.uint8Array({ maxLength: 8 }).map((array) => Buffer.from(array).toString('latin1')),
    fc.constantFrom(
      '{',
      '}',
      '"',
      '\\',
      '\r\n',
      '...',
      '$',
      '@',
      '[',
      '0',
      '-1',
      'null',
      '{"',
      '\x00',
      '%',
      '#',
      ':',
    ),
  ),
});

test('random bytes get no answer of a fault, and leave the gateway well', async () => {
  await using target = await startTarget();
  await fc.assert(
    fc.asyncProperty(bytes, async (text) => {
      assert(((await status(target.gateway, text)) ?? 0) < 500);
    }),
    runs,
  );
  await isWell(target.gateway);
});

test('requests with a few bytes changed get no answer of a fault', async () => {
  await using target = await startTarget();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...seeds),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      async (request, mutations) => {
        const text = mutations.reduce((before, { at, removed, inserted }) => {
          const start = Math.floor(at * before.length);
          return before.slice(0, start) + inserted + before.slice(start + removed);
        }, request);
        assert(((await status(target.gateway, text)) ?? 0) < 500);
      },
    ),
    runs,
  );
  await isWell(target.gateway);
});

test('bodies with a few bytes changed, as long as they say, get no answer of a fault', async () => {
  await using target = await startTarget();
  const bodies = maliciousCorpus
    .flatMap(({ hostile, harmless }) => [...hostile, ...harmless])
    .filter(({ method, body }) => method === 'POST' && body.length < 5_000)
    .map(({ body }) => Buffer.from(body).toString('latin1'));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...bodies),
      fc.array(mutation, { maxLength: 3 }),
      async (body, mutations) => {
        const text = mutations.reduce((before, { at, removed, inserted }) => {
          const start = Math.floor(at * before.length);
          return before.slice(0, start) + inserted + before.slice(start + removed);
        }, body);
        const request = requestText('POST', '/graphql', { 'content-type': 'application/json' }, text);
        assert(((await status(target.gateway, request)) ?? 0) < 500);
      },
    ),
    runs,
  );
  await isWell(target.gateway);
});

test('random headers get no answer of a fault', async () => {
  await using target = await startTarget();
  const name = fc.oneof(
    fc.constantFrom(
      'authorization',
      'accept',
      'accept-encoding',
      'cache-control',
      'if-none-match',
      'origin',
      'content-type',
      'content-encoding',
      'cookie',
      'x-request-id',
      'x-forwarded-for',
      'x-cache-position',
      'apollo-require-preflight',
      'expect',
      'upgrade',
      'connection',
      'te',
      'range',
    ),
    fc.stringMatching(/^[a-z-]{1,20}$/),
  );
  const value = fc.oneof(
    fc.constantFrom(
      '',
      '*',
      'Bearer x',
      'Bearer a.b.c',
      'no-cache',
      'max-age=x',
      'W/"1"',
      'gzip;q=x, *;q=0',
      'text/html',
      '*/*',
      'null',
      '100-continue',
      'h2c',
      'bytes=0-',
    ),
    fc
      .uint8Array({ maxLength: 60 })
      .map((array) => Buffer.from(array.map((byte) => 0x20 + (byte % 0x5f))).toString('latin1')),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'QUERY', 'PUT', 'OPTIONS', 'HEAD', 'TRACE'),
      fc.dictionary(name, value, { maxKeys: 8 }),
      async (method, headers) => {
        const isRead = method === 'GET' || method === 'HEAD';
        const request = requestText(
          method,
          isRead ? '/graphql?query=%7Bcount%7D' : '/graphql',
          { 'content-type': 'application/json', ...headers },
          isRead ? '' : '{"query":"{ count }"}',
        );
        assert(((await status(target.gateway, request)) ?? 0) < 500);
      },
    ),
    runs,
  );
  await isWell(target.gateway);
});
