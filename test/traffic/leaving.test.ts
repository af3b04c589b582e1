import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { createInProcessCache } from '../../cache/in-process-cache.ts';
import type { CacheStore } from '../../cache/store.ts';
import { bodyOf, startCachedGreetings } from '../gateway/support/cached-greetings.ts';
import { openConnection, type RawConnection, requestText } from '../gateway/support/raw-connection.ts';
import { startShop } from '../gateway/support/shop.ts';
import { until } from '../support/poll.ts';

/** Clients that go away before their answer. No deadline ends anything here: each is far longer than its test. */
const env = { REQUEST_TIMEOUT_MS: '30000' };

/** Calls that the test answers, or sees being given up. */
function holdCalls() {
  const held: ServerResponse[] = [];
  return {
    next: () => until('a call', async () => held.shift()),
    async answer(reply: FastifyReply) {
      reply.hijack();
      held.push(reply.raw);
      await once(reply.raw, 'close');
    },
  };
}

const isGivenUp = (call: ServerResponse) => (call.closed && !call.writableFinished) || undefined;

async function ask(url: string, query: string): Promise<RawConnection> {
  const connection = await openConnection(url);
  connection.write(requestText('POST', '/graphql', { 'content-type': 'application/json' }, bodyOf(query)));
  return connection;
}

for (const ENVELOPE of ['on', 'off'])
  test(`envelopes ${ENVELOPE}: a query whose client leaves is given up`, async () => {
    await using shop = await startShop({ env: { ...env, ENVELOPE } });
    const calls = holdCalls();
    shop.products.answerWith(calls.answer);
    const client = await ask(shop.gateway.url, '{ product(id: "7") { name reviews { text } } }');
    const call = await calls.next();
    client.end();
    await until('the call is given up', async () => isGivenUp(call));
    // That is neither a fault nor the end of anything else.
    shop.products.answerWith(undefined);
    assert.equal((await shop.gateway.query('{ product(id: "7") { name } }')).errors, undefined);
    const line = await shop.gateway.log.line(({ outcome }) => outcome === 'abandoned');
    assert.equal(line.level, 20);
    assert.equal(shop.reviews.calls.length, 0);
  });

test('a mutation whose client leaves is finished, with what it reads after it', async () => {
  await using shop = await startShop({ env });
  const calls = holdCalls();
  shop.products.answerWith(calls.answer);
  const client = await ask(shop.gateway.url, 'mutation { rename(id: "7", name: "x") { reviews { text } } }');
  const call = await calls.next();
  client.end();
  // The gateway has noticed.
  await shop.gateway.log.line(({ status }) => status === 499);
  assert.equal(call.closed, false);
  const answer = { data: { rename: { __typename: 'Product', id: '7' } } };
  call.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  await until('the reviews are asked for', async () => shop.reviews.calls.length > 0 || undefined);
});

test('shared work goes on while somebody waits, and ends when nobody does', async () => {
  const calls = holdCalls();
  const store = createInProcessCache(1_000_000);
  let lookups = 0;
  const cacheStore: CacheStore = {
    ...store,
    async lookup(request) {
      const found = await store.lookup(request);
      lookups += 1;
      return found;
    },
  };
  await using greetings = await startCachedGreetings({ env, cacheStore, answer: calls.answer });
  const { url, log } = greetings.gateway;
  const gone = async (count: number) =>
    until(`${count} have left`, async () =>
      log.lines.filter(({ status }) => status === 499).length === count ? true : undefined,
    );
  const query = '{ greeting }';
  const pilot = await ask(url, query);
  const shared = await calls.next();
  const follower = await ask(url, query);
  await until('the follower has found nothing', async () => lookups === 2 || undefined);
  // From there it goes on without waiting for anything, until it waits for the call.
  await setImmediate();
  pilot.end();
  await gone(1);
  assert.equal(shared.closed, false);
  shared
    .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=60' })
    .end('{"data":{"greeting":"hello"}}');
  assert.deepEqual(JSON.parse((await follower.answer()).body), { data: { greeting: 'hello' } });
  follower.end();
  assert.equal(greetings.executions(), 1);

  const other = '{ greeting(to: "Ada") }';
  const single = await ask(url, other);
  const unwanted = await calls.next();
  single.end();
  await until('the call is given up', async () => isGivenUp(unwanted));

  // Whoever asks then has it made anew.
  const late = await ask(url, other);
  (await calls.next())
    .writeHead(200, { 'content-type': 'application/json' })
    .end('{"data":{"greeting":"again"}}');
  assert.deepEqual(JSON.parse((await late.answer()).body), { data: { greeting: 'again' } });
  late.end();
});
