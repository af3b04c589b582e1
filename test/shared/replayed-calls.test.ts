import assert from 'node:assert/strict';
import { test } from 'node:test';
import { envelopeType, framesType } from '../../platform/envelope.ts';
import { createLogger } from '../../platform/logging.ts';
import { type SignedKind, signCall } from '../../platform/signed-call.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { createSharedMemory } from '../../subgraphs/shared/shared-memory.ts';
import { member } from '../envelope/support/envelope-client.ts';
import { type ItemsSubgraph, secret, startItemsSubgraph } from '../envelope/support/items-subgraph.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const query = JSON.stringify({ query: '{ viewer }' });
const mutation = JSON.stringify({ query: 'mutation { increment }' });
const refused = { status: 401, code: 'UNSIGNED_CALL' };

/** A call as it goes over the wire, which may be sent more than once. */
function wire(
  body: string,
  options: { kind?: SignedKind; audience?: string; viewer?: Viewer; clientAddress?: string } = {},
) {
  const { kind = 'call', viewer = null, clientAddress } = options;
  const type = kind === 'call' ? 'application/json' : envelopeType;
  const accept = kind === 'call' ? 'application/graphql-response+json' : framesType;
  const signed = signCall({
    secrets: [secret],
    audience: options.audience ?? 'items',
    viewer,
    clientAddress,
    body,
    now: Date.now(),
    kind,
  });
  return { body, headers: { 'content-type': type, accept, ...signed } as Record<string, string> };
}

async function send({ url }: ItemsSubgraph, { body, headers }: ReturnType<typeof wire>) {
  const response = await fetch(url, { method: 'POST', headers, body });
  const text = await response.text();
  const answer = text.includes('\n{') ? undefined : JSON.parse(text);
  const code = answer?.errors?.[0]?.extensions?.code;
  return code === undefined
    ? { status: response.status, data: (answer?.body ?? answer)?.data }
    : { status: response.status, code };
}

test('a call that comes again is refused, be it alone or an envelope, a query or a mutation', async () => {
  await using subgraph = await startItemsSubgraph({ logger });
  const envelope = `[${member('{ viewer }')},${member('{ number(of: 1) }')}]`;
  for (const call of [wire(query), wire(mutation), wire(envelope, { kind: 'envelope' })]) {
    assert.equal((await send(subgraph, call)).status, 200);
    assert.deepEqual(await send(subgraph, call), refused);
    // Names of headers have no case, and a proof can be written in more than one way: the nonce is what counts.
    const shouted = Object.fromEntries(
      Object.entries(call.headers).map(([name, value]) => [name.toUpperCase(), `${value}`]),
    );
    assert.deepEqual(await send(subgraph, { ...call, headers: shouted }), refused);
    const padded = { ...call.headers, 'x-signature': `${call.headers['x-signature']}=` };
    assert.deepEqual(await send(subgraph, { ...call, headers: padded }), refused);
  }
});

test('a call that was sent to one subgraph is refused by another, be it alone or an envelope', async () => {
  await using subgraph = await startItemsSubgraph({ logger });
  const envelope = `[${member('{ viewer }')}]`;
  for (const audience of ['users', 'Items', 'item', 'items ', '']) {
    const calls = [
      wire(query, { audience, viewer: { subject: 'ada' } }),
      wire(mutation, { audience }),
      wire(envelope, { audience, kind: 'envelope' }),
    ];
    for (const call of calls) assert.deepEqual(await send(subgraph, call), refused, audience);
  }
  // None of the mutations was carried out.
  assert.deepEqual(await send(subgraph, wire(mutation)), { status: 200, data: { increment: 1 } });
});

test('what was sent is nobody else’s to change: body, viewer, address, nonce, kind', async () => {
  await using subgraph = await startItemsSubgraph({ logger });
  const call = () => wire(mutation, { viewer: { subject: 'ada' }, clientAddress: '203.0.113.7' });
  const other = wire(query, { viewer: { subject: 'bob' }, clientAddress: '203.0.113.8' });
  const nonceOf = ({ headers }: ReturnType<typeof wire>) => headers['x-signature']?.split(';')[2] ?? '';
  const { 'x-viewer': bob = '', 'x-client-address': elsewhere = '' } = other.headers;
  const swaps: Record<string, (call: ReturnType<typeof wire>) => ReturnType<typeof wire>> = {
    body: ({ headers }) => ({ headers, body: query }),
    viewer: ({ body, headers }) => ({ body, headers: { ...headers, 'x-viewer': bob } }),
    address: ({ body, headers }) => ({ body, headers: { ...headers, 'x-client-address': elsewhere } }),
    nonce: (own) => ({
      body: own.body,
      headers: {
        ...own.headers,
        'x-signature': own.headers['x-signature']?.replace(nonceOf(own), nonceOf(other)) ?? '',
      },
    }),
    kind: ({ body, headers }) => ({
      body: `[${body}]`,
      headers: { ...headers, 'content-type': envelopeType },
    }),
  };
  for (const [what, swap] of Object.entries(swaps))
    assert.deepEqual(await send(subgraph, swap(call())), refused, what);
  // What was forged used up nothing.
  const genuine = call();
  assert.deepEqual(await send(subgraph, swaps.body?.(genuine) ?? genuine), refused);
  assert.deepEqual(await send(subgraph, genuine), { status: 200, data: { increment: 1 } });
});

test('the client’s address reaches resolvers as it was signed, and no other', async () => {
  await using subgraph = await startItemsSubgraph({ logger });
  const body = JSON.stringify({ query: 'mutation { clientAddress }' });
  const known = await send(subgraph, wire(body, { clientAddress: '203.0.113.7' }));
  assert.deepEqual(known.data, { clientAddress: '203.0.113.7' });
  assert.deepEqual((await send(subgraph, wire(body))).data, { clientAddress: null });
});

test('a mutation is carried out by one of all replicas, a query by each', {
  skip: withoutRedis,
}, async () => {
  await using redis = await freshRedis();
  const replica = () => {
    const sharedMemory = createSharedMemory(redis.url, logger);
    return startItemsSubgraph({ logger, ...(sharedMemory && { sharedMemory }) });
  };
  await using first = await replica();
  await using second = await replica();
  const mutations = [
    wire(mutation),
    // However the document begins.
    wire(JSON.stringify({ query: '# query\n,, mutation { increment }' })),
    wire(JSON.stringify({ query: 'query A { viewer } mutation B { increment }', operationName: 'B' })),
  ];
  for (const call of mutations) {
    assert.equal((await send(first, call)).status, 200);
    assert.deepEqual(await send(second, call), refused);
  }
  assert.equal((await send(second, wire(mutation))).data?.increment, 1);

  const reading = wire(query);
  assert.equal((await send(first, reading)).status, 200);
  assert.equal((await send(second, reading)).status, 200);

  // In an envelope mutations count, too; several of one envelope are no repetition.
  const envelope = wire(`[${member('mutation { increment }')}]`, { kind: 'envelope' });
  assert.equal((await send(second, envelope)).data?.increment, 2);
  assert.equal((await send(first, envelope)).data, undefined);
  const two = wire(`[${member('mutation { increment }')},${member('mutation { a: increment }')}]`, {
    kind: 'envelope',
  });
  assert.equal((await send(second, two)).status, 200);
  assert.equal((await send(second, wire(mutation))).data?.increment, 5);
});

test('while Redis is away each replica refuses what it has seen itself', { skip: withoutRedis }, async () => {
  const redis = await freshRedis();
  const sharedMemory = createSharedMemory(redis.url, logger);
  await using subgraph = await startItemsSubgraph({ logger, ...(sharedMemory && { sharedMemory }) });
  await redis[Symbol.asyncDispose]();
  const call = wire(mutation);
  assert.deepEqual(await send(subgraph, call), { status: 200, data: { increment: 1 } });
  assert.deepEqual(await send(subgraph, call), refused);
});
