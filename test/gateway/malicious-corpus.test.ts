import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { maliciousCorpus } from '../../bench/malicious/corpus.ts';
import type { CorpusRequest } from '../../bench/malicious/requests.ts';
import { targets } from '../../bench/malicious/schema.ts';
import { sendRequest } from '../../bench/malicious/send-request.ts';
import { createInProcessCache } from '../../cache/in-process-cache.ts';
import { startTestGateway, supergraphOf, type TestGateway } from './support/start-test-gateway.ts';
import { startTestSubgraph, type TestResolvers, type TestSubgraph } from './support/test-subgraph.ts';

const item = { id: '1', name: 'One' };
const resolvers: TestResolvers = {
  Query: { item: () => item, items: () => [item], count: () => 1, costly: () => 1 },
  Mutation: { logIn: () => false, touch: () => item },
  Item: {
    __resolveReference: (reference: { id: string }) => reference,
    self: () => item,
    items: () => [item],
  },
};

interface Targets extends AsyncDisposable {
  readonly gateways: ReadonlyMap<string, TestGateway>;
  readonly subgraphs: readonly TestSubgraph[];
}

/** The same supergraph behind a gateway with the cache, whose answers are prepared in another way, and one without. */
async function startTargets(): Promise<Targets> {
  await using opening = new AsyncDisposableStack();
  const subgraphs: TestSubgraph[] = [];
  for (const target of targets)
    subgraphs.push(
      opening.use(
        await startTestSubgraph({
          ...target,
          resolvers: target.name === 'items' ? resolvers : { Item: { note: () => 'a note' } },
        }),
      ),
    );
  const gateways = new Map<string, TestGateway>();
  for (const CACHE of ['on', 'off'])
    gateways.set(
      `CACHE=${CACHE}`,
      opening.use(
        await startTestGateway({
          supergraph: supergraphOf(subgraphs),
          cacheStore: createInProcessCache(1_000_000),
          env: { CACHE, RATE_LIMIT_PER_MINUTE: '100000000' },
        }),
      ),
    );
  const stack = opening.move();
  return { gateways, subgraphs, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

interface Outcome {
  readonly status: number;
  readonly codes: readonly string[];
  readonly hasData: boolean;
}

async function send(gateway: TestGateway, request: CorpusRequest): Promise<Outcome> {
  const { status, body } = await sendRequest(gateway.url, request);
  const { data, errors = [] } = JSON.parse(body);
  return {
    status,
    codes: errors.map(({ extensions }: { extensions: { code: string } }) => extensions.code),
    hasData: data !== undefined && data !== null,
  };
}

/** Enough of a request to find it again. */
const named = (name: string, { method, search, body }: CorpusRequest) =>
  `${name}: ${method} ${search.slice(0, 200)} ${body.slice(0, 300)}`;

test('the corpus is as large as it says', () => {
  const hostile = maliciousCorpus.flatMap(({ hostile }) => hostile);
  assert(maliciousCorpus.length >= 30, `${maliciousCorpus.length} classes`);
  assert.equal(new Set(maliciousCorpus.map(({ name }) => name)).size, maliciousCorpus.length);
  assert(
    new Set(hostile.map((request) => JSON.stringify(request))).size >= 300,
    `${hostile.length} requests`,
  );
  for (const { name, hostile, harmless } of maliciousCorpus)
    assert(hostile.length > 0 && harmless.length > 0, name);
});

test('each malicious request is refused with its code, with and without the cache, and reaches no subgraph', async () => {
  await using world = await startTargets();
  const faults: string[] = [];
  for (const [kind, gateway] of world.gateways)
    for (const { name, code, hostile } of maliciousCorpus)
      for (const request of hostile) {
        const { status, codes, hasData } = await send(gateway, request);
        // The status may be 200: variables that don't fit and unknown hashes are no malformed requests.
        const isRefused = codes.length > 0 && codes.every((one) => one === code) && status < 500 && !hasData;
        if (!isRefused) faults.push(`${kind}, ${named(name, request)}: ${status} ${codes}`);
      }
  assert.deepEqual(faults, []);
  assert.deepEqual(
    world.subgraphs.map(({ calls }) => calls.length),
    [0, 0],
  );
});

test('what is just within the limits is served, with and without the cache', async () => {
  await using world = await startTargets();
  const faults: string[] = [];
  for (const [kind, gateway] of world.gateways)
    for (const { name, harmless } of maliciousCorpus)
      for (const request of harmless) {
        const { status, codes, hasData } = await send(gateway, request);
        const isServed = status === 200 && hasData && codes.length === 0;
        if (!isServed) faults.push(`${kind}, ${named(name, request)}: ${status} ${codes}`);
      }
  assert.deepEqual(faults, []);
});

test('the corpus, sent again and again, leaves nothing behind', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  await using world = await startTargets();
  const gateway = world.gateways.get('CACHE=on');
  assert(gateway !== undefined);
  const round = async () => {
    for (const { hostile } of maliciousCorpus) for (const request of hostile) await send(gateway, request);
    gateway.log.lines.length = 0;
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  await round();
  const before = await round();
  await round();
  const grown = (await round()) - before;
  assert(grown < 2_000_000, `${grown} bytes more after two rounds`);
});
