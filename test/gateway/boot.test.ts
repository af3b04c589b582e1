import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Supergraph } from '@apollo/federation-internals';
import { parse, print } from 'graphql';
import { readGatewayConfig } from '../../gateway/config.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { captureLog } from './support/captured-log.ts';
import { supergraphOf } from './support/start-test-gateway.ts';

const supergraphFile = fileURLToPath(new URL('../../supergraph.graphql', import.meta.url));

async function startGateway(env: Record<string, string> = {}) {
  const config = readGatewayConfig({
    PORT: '0',
    ADMIN_PORT: '0',
    CACHE: 'off',
    SUPERGRAPH_FILE: supergraphFile,
    SUBGRAPH_URLS: 'users=http://127.0.0.1:1/graphql,posts=http://127.0.0.1:1/graphql',
    SUBGRAPH_SECRET: 'a secret of more than thirty-two characters',
    ...env,
  });
  const log = captureLog();
  const gateway = createGateway(config, { logger: log.logger });
  await gateway.start();
  return {
    log,
    metrics: async () => (await fetch(`${gateway.adminUrl}/metrics`)).text(),
    [Symbol.asyncDispose]: () => gateway.stop(),
  };
}

test('a start reads the supergraph once, for the library and for the compiled executor', async () => {
  const reading = mock.method(Supergraph, 'build');
  await using _ = await startGateway();
  assert.equal(reading.mock.callCount(), 1);
  reading.mock.restore();
});

test('in production it rehearses before it is ready, and asks itself; logs and metrics know which', async () => {
  await using gateway = await startGateway({ NODE_ENV: 'production' });
  const { log, metrics } = gateway;
  const rehearsed = log.lines.filter(({ msg }) => msg === 'rehearsed');
  assert.equal(rehearsed.length, 1);
  assert(Number(rehearsed[0]?.requests) > 0);
  const asked = log.lines.filter(({ msg }) => msg === 'request');
  assert.deepEqual(
    asked.map(({ requestId, operation, status }) => [requestId, operation, status]),
    Array.from({ length: 10 }, () => ['gateway-warm-up', 'WarmUp', 200]),
  );
  // Not even that the subgraphs are away.
  assert.deepEqual(
    log.lines.filter(({ level }) => Number(level) > 30),
    [],
  );
  const text = await metrics();
  assert.match(text, /^gateway_request_seconds_count\{.*\} 10$/m);
  assert.doesNotMatch(text, /books|people|rehearsal/);
});

test('elsewhere it does not: who develops waits for starts', async () => {
  await using gateway = await startGateway();
  const { lines } = gateway.log;
  assert(!lines.some(({ msg }) => msg === 'rehearsed' || msg === 'request'));
});

test('the practice supergraph is what composition makes of these', async () => {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
  const books = `${link}
    type Query { shelf(name: ID!): Shelf }
    type Shelf { label: String! books(first: Int): BookConnection! }
    type BookConnection { nodes: [Book!]! }
    type Book @key(fields: "id") { id: ID! title: String! notes(first: Int): NoteConnection! author: Person }
    type NoteConnection { nodes: [Note!]! }
    type Note { text: String! author: Person }
    type Person @key(fields: "id", resolvable: false) { id: ID! }`;
  const people = `${link}
    type Query { person(id: ID!): Person }
    type Person @key(fields: "id") { id: ID! name: String! }`;
  const composed = supergraphOf([
    { name: 'books', url: 'http://books.invalid', sdl: books },
    { name: 'people', url: 'http://people.invalid', sdl: people },
  ]);
  const kept = await readFile(new URL('../../gateway/warm-up/practice.graphql', import.meta.url), 'utf8');
  assert.equal(print(parse(kept)), print(parse(composed)));
});
