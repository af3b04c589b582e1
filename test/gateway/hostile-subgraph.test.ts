import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { errorCatalogue } from '../../platform/errors.ts';
import {
  answer,
  type Behaviour,
  type HostileSubgraph,
  startHostileSubgraph,
  writeEndlessly,
} from './support/hostile-subgraph.ts';
import { type Shop, startShop } from './support/shop.ts';
import { startTestGateway, supergraphOf } from './support/start-test-gateway.ts';

/**
 * One of two subgraphs does everything that a server can do wrong. Whatever it is: within the deadline the client gets what
 * the other one said, null for the rest, and one error that tells nothing.
 */

const timeoutMs = 1_000;
const secret = 'planted-secret-db.internal:5432';
const unavailable = {
  message: errorCatalogue.SUBGRAPH_UNAVAILABLE.message,
  extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
};
const somethingWrong = {
  message: errorCatalogue.INTERNAL_SERVER_ERROR.message,
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
};

const entity = (fields: string) => `{"data":{"_entities":[{"__typename":"Product",${fields}}]}}`;
const piece = Buffer.alloc(64 * 1024, ' ');
/** Bytes that were written to the connection; what the kernel keeps of them is a few megabytes. */
let written = 0;
const count = (bytes: number) => {
  written += bytes;
};
const mostRead = 32 * 1024 * 1024;
const mostInKernel = 16 * 1024 * 1024;

interface Misdeed {
  readonly behaviour: Behaviour;
  /** What the log calls it. */
  readonly outcome: 'timeout' | 'unreachable' | 'status' | 'nonsense';
  /** Whether a slow machine meets the deadline first. */
  readonly isLong?: boolean;
  /** How many bytes the gateway reads of it at most. */
  readonly reads?: number;
}

const misdeeds: Record<string, Misdeed> = {
  'an answer that has no end': {
    outcome: 'nonsense',
    isLong: true,
    reads: mostRead,
    behaviour(response) {
      response.writeHead(200, { 'content-type': 'application/json' });
      writeEndlessly(response, piece, count);
    },
  },
  'an error page that has no end': {
    outcome: 'status',
    reads: 1024 * 1024,
    behaviour(response) {
      response.writeHead(500, { 'content-type': 'text/html' });
      writeEndlessly(response, piece, count);
    },
  },
  'headers that have no end': {
    outcome: 'unreachable',
    reads: 1024 * 1024,
    behaviour({ socket }) {
      if (socket === null) return;
      socket.on('error', () => {});
      socket.write('HTTP/1.1 200 OK\r\n');
      const line = `x-filler: ${'y'.repeat(1_000)}\r\n`;
      const write = () => {
        while (!socket.destroyed) {
          count(line.length);
          if (!socket.write(line)) break;
        }
      };
      socket.on('drain', write);
      write();
    },
  },
  'an answer that comes in drops': {
    outcome: 'timeout',
    behaviour(response) {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    },
  },
  'an error page that never ends and never comes': {
    outcome: 'status',
    behaviour: (response) => void response.writeHead(404, { 'content-length': '5' }).flushHeaders(),
  },
  silence: { outcome: 'timeout', behaviour: () => {} },
  'silence after the headers': {
    outcome: 'timeout',
    behaviour: (response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
  },
  'a bomb in gzip': {
    outcome: 'nonsense',
    reads: 1024 * 1024,
    behaviour(response) {
      // Each of its megabytes is a gigabyte.
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      writeEndlessly(response, bomb, count);
    },
  },
  'a redirect to a good answer': {
    outcome: 'status',
    behaviour(response, { url }) {
      if (url === '/elsewhere') answer(response, entity('"reviews":[]'));
      else response.writeHead(307, { location: '/elsewhere' }).end();
    },
  },
  'a page with status 200': {
    outcome: 'nonsense',
    behaviour: (response) => answer(response, `<h1>${secret}</h1>`, { 'content-type': 'text/html' }),
  },
  'no content type': {
    outcome: 'nonsense',
    behaviour: (response) => void response.writeHead(200).end(entity('"reviews":[]')),
  },
  'text that is no UTF-8': {
    outcome: 'nonsense',
    behaviour: (response) => answer(response, Buffer.from(entity('"reviews":[{"text":"\xfc"}]'), 'latin1')),
  },
  'JSON that is cut off': {
    outcome: 'nonsense',
    behaviour: (response) => answer(response, entity('"reviews":[]').slice(0, -3)),
  },
  nothing: { outcome: 'nonsense', behaviour: (response) => answer(response, '') },
  'a million brackets': {
    outcome: 'nonsense',
    behaviour: (response) => answer(response, '['.repeat(1_000_000) + ']'.repeat(1_000_000)),
  },
  'errors that are not errors': {
    outcome: 'nonsense',
    behaviour: (response) => answer(response, JSON.stringify({ data: null, errors: [{ secret }] })),
  },
  'a 500 with a GraphQL answer in JSON': {
    outcome: 'status',
    behaviour: (response) =>
      void response.writeHead(500, { 'content-type': 'application/json' }).end(entity('"reviews":[]')),
  },
  'a 503': { outcome: 'status', behaviour: (response) => void response.writeHead(503).end(secret) },
  'a connection that breaks before the answer': {
    outcome: 'unreachable',
    behaviour: (response) => response.destroy(),
  },
  'a connection that breaks in the answer': {
    outcome: 'unreachable',
    behaviour(response) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"data":', () => response.destroy());
    },
  },
  'what is no HTTP': {
    outcome: 'unreachable',
    behaviour: ({ socket }) => void socket?.end(`SSH-2.0-${secret}\r\n`),
  },
};

const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));

const query = (id = '7') => `{ product(id: "${id}") { name reviews { text } } }`;
const spared = { product: { name: 'Product 7', reviews: null } };

interface Set extends AsyncDisposable {
  readonly shop: Shop;
  readonly hostile: HostileSubgraph;
  /** Four good answers: that all is well again, and that the breaker sees more good than bad. */
  thrives(): Promise<void>;
}

async function start(env: Record<string, string>): Promise<Set> {
  await using opening = new AsyncDisposableStack();
  const hostile = opening.use(await startHostileSubgraph());
  const shop = opening.use(
    await startShop({
      env: { REQUEST_TIMEOUT_MS: String(timeoutMs), SUBGRAPH_URLS: `reviews=${hostile.url}`, ...env },
    }),
  );
  const opened = opening.move();
  return {
    shop,
    hostile,
    async thrives() {
      hostile.behaviour = undefined;
      for (const id of ['1', '2', '3', '4'])
        assert.deepEqual(await shop.gateway.query(query(id)), {
          data: { product: { name: `Product ${id}`, reviews: [{ text: 'good' }] } },
        });
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

for (const EXECUTOR of ['compiled', 'stock'])
  for (const ENVELOPE of ['on', 'off'])
    test(`${EXECUTOR} executor, envelopes ${ENVELOPE}: whatever a subgraph does, the other's data arrives with one error`, async (t) => {
      await using set = await start({ EXECUTOR, ENVELOPE });
      const { gateway } = set.shop;
      for (const [name, { behaviour, outcome, isLong, reads }] of Object.entries(misdeeds))
        await t.test(name, async () => {
          await set.thrives();
          const before = gateway.log.lines.length;
          written = 0;
          set.hostile.behaviour = behaviour;
          const response = await gateway.send({ query: query() });
          const text = await response.text();
          assert.equal(response.status, 200);
          assert.deepEqual(JSON.parse(text), { data: spared, errors: [unavailable] });
          assert.doesNotMatch(text, /reviews"?:? ?subgraph|127\.0\.0\.1|planted/);
          const logged = gateway.log.lines.slice(before).filter((line) => line.subgraph === 'reviews');
          assert.equal(logged.length, 1);
          const [ended] = logged;
          if (!(isLong && ended?.outcome === 'timeout')) assert.equal(ended?.outcome, outcome);
          if (reads !== undefined)
            assert(written <= reads + mostInKernel, `${written} bytes were taken off the connection`);
        });
      await set.thrives();
    });

/** Answers that are GraphQL, but not to what was asked. */
const misfits: Record<string, string> = {
  'entities that are no list': '{"data":{"_entities":"x"}}',
  'too few entities': '{"data":{"_entities":[]}}',
  'too many entities': '{"data":{"_entities":[null,null,null]}}',
  'no data and an error that names the subgraph': `{"data":null,"errors":[{"message":"${secret} reviews"}]}`,
};

for (const EXECUTOR of ['compiled', 'stock'])
  test(`${EXECUTOR} executor: an answer to something else is one masked error, too`, async (t) => {
    await using set = await start({ EXECUTOR });
    for (const [name, body] of Object.entries(misfits))
      await t.test(name, async () => {
        set.hostile.behaviour = (response) => answer(response, body);
        const response = await set.shop.gateway.send({ query: query() });
        assert.deepEqual(await response.json(), { data: spared, errors: [somethingWrong] });
      });
    await set.thrives();
  });

test('values that their types do not allow cost their own fields', async () => {
  await using set = await start({});
  for (const reviews of ['"x"', '{"text":"x"}', '[7]', '[[]]', '7', 'true', '[{"text":{"a":[]}}]']) {
    set.hostile.behaviour = (response) => answer(response, entity(`"reviews":${reviews}`));
    const { data } = await set.shop.gateway.query(query());
    assert.equal((data?.product as { name: string } | undefined)?.name, 'Product 7', reviews);
    assert.doesNotMatch(JSON.stringify(data), /"x"|7[^"]|true/, reviews);
  }
});

for (const EXECUTOR of ['compiled', 'stock'])
  test(`${EXECUTOR} executor: keys that could reach a prototype reach none`, async () => {
    await using set = await start({ EXECUTOR });
    const poison = '{"polluted":"yes","text":"yes","code":"yes","toString":"yes"}';
    const keys = `"__proto__":${poison},"constructor":{"prototype":${poison}},"prototype":${poison}`;
    set.hostile.behaviour = (response) =>
      answer(
        response,
        `{${keys},"data":{${keys},"_entities":[{${keys},"__typename":"Product","reviews":[{${keys}}]}]},` +
          `"errors":[{"message":"${secret}","extensions":{${keys}},${keys}}],` +
          `"extensions":{${keys},"apolloCacheTags":{${keys}},"cacheTagIdTypes":{${keys}}}}`,
      );
    assert.deepEqual(await set.shop.gateway.query(query()), {
      data: { product: { name: 'Product 7', reviews: [{ text: null }] } },
      errors: [somethingWrong],
    });
    for (const object of [{}, [], () => {}]) {
      assert.equal((object as { polluted?: unknown }).polluted, undefined);
      assert.notEqual(String(object.toString), 'yes');
    }
    await set.thrives();
  });

test('a value that is nested too deeply to be written costs its own field', async () => {
  await using set = await start({});
  await using gateway = await startTestGateway({
    supergraph: supergraphOf([
      set.shop.products,
      { name: 'trees', url: set.hostile.url, sdl: 'scalar JSON type Query { tree: JSON }' },
    ]),
  });
  const tree = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const ask = (levels: number) => {
    set.hostile.behaviour = (response) => answer(response, `{"data":{"tree":${tree(levels)}}}`);
    return gateway.query('{ tree product(id: "7") { name } }');
  };
  const product = { name: 'Product 7' };
  assert.deepEqual((await ask(100)).data, { tree: JSON.parse(tree(100)), product });
  assert.deepEqual((await ask(100_000)).data, { tree: null, product });
});

test('a hundred thousand errors are cut down to what somebody may read', async () => {
  await using set = await start({});
  const errors = Array.from({ length: 100_000 }, () => ({ message: secret }));
  set.hostile.behaviour = (response) => answer(response, JSON.stringify({ data: null, errors }));
  const { data, errors: told } = await set.shop.gateway.query(query());
  assert.deepEqual(data, spared);
  assert.equal(told?.length, 1_000);
});

test('what a hostile subgraph sent is not kept in memory', async () => {
  await using set = await start({ ENVELOPE: 'off' });
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const used = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const endless = misdeeds['an answer that has no end'];
  assert(endless !== undefined);
  await set.thrives();
  const before = used();
  for (let round = 0; round < 6; round += 1) {
    await set.thrives();
    const closed: Promise<unknown>[] = [];
    set.hostile.behaviour = (response, request) => {
      closed.push(once(response, 'close'));
      endless.behaviour(response, request);
    };
    assert.deepEqual((await set.shop.gateway.query(query())).data, spared);
    await Promise.all(closed);
  }
  const grown = used() - before;
  assert(grown < 2 * mostRead, `${grown} bytes more than before six answers of ${mostRead} bytes`);
});
