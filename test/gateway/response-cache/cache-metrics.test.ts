import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createInProcessCache } from '../../../cache/in-process-cache.ts';
import type { CacheStore } from '../../../cache/store.ts';
import { startPrivateRedis } from '../../../local/private-redis.ts';
import { until } from '../../support/poll.ts';
import { runFolderVariable, withoutRedis } from '../../support/redis.ts';
import { startTestGateway, supergraphOf } from '../support/start-test-gateway.ts';
import { startTestSubgraph } from '../support/test-subgraph.ts';

/** What /metrics says of the cache after each thing that may happen to an answer. */

async function startMeasuredGateway(env: Record<string, string>, cacheStore?: CacheStore) {
  await using opening = new AsyncDisposableStack();
  const shop = opening.use(
    await startTestSubgraph({
      name: 'shop',
      sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
        type Query { product: Product }
        type Product @key(fields: "id") { id: ID! name: String }`,
    }),
  );
  const gateway = opening.use(
    await startTestGateway({
      supergraph: supergraphOf([shop]),
      env: { CACHE: 'on', ...env },
      ...(cacheStore === undefined ? {} : { cacheStore }),
    }),
  );
  const stack = opening.move();
  return {
    say: (headers: Record<string, string>, errors?: unknown[]) =>
      shop.answerWith((reply) =>
        reply.headers(headers).send({
          data: { product: { name: 'Lamp' } },
          extensions: { apolloCacheTags: ['product-7'] },
          ...(errors === undefined ? {} : { errors }),
        }),
      ),
    async ask() {
      const response = await gateway.send({ query: '{ product { name } }' });
      await response.text();
    },
    /** Of the metric with these labels; undefined where it isn't printed. */
    async figure(name: string): Promise<number | undefined> {
      const page = await (await fetch(new URL('/metrics', gateway.adminUrl))).text();
      const lines = page.split('\n').map((line) => line.replace(/,?service="gateway"/, '').replace('{}', ''));
      const line = lines.find((candidate) => candidate.startsWith(`${name} `));
      return line === undefined ? undefined : Number(line.slice(name.length + 1));
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

type MeasuredGateway = Awaited<ReturnType<typeof startMeasuredGateway>>;

/** Answers are stored after they are sent. */
const reaches = (gateway: MeasuredGateway, name: string, value: number) =>
  until(`${name} ${value}`, async () => (await gateway.figure(name)) === value || undefined);

test('a miss, a stored answer, a hit and an invalidation are counted', async () => {
  const store = createInProcessCache(1_000_000);
  await using gateway = await startMeasuredGateway({}, store);
  const misses = (reason: string) => gateway.figure(`gateway_cache_misses_total{reason="${reason}"}`);
  const hits = () => gateway.figure('gateway_cache_hits_total{from="local"}');
  assert.deepEqual([await misses('absent'), await misses('tag'), await hits()], [0, 0, 0]);
  assert.equal(await gateway.figure('gateway_cache_local_bytes'), 0);

  gateway.say({ 'cache-control': 'public, max-age=60' });
  await gateway.ask();
  await reaches(gateway, 'gateway_cache_stored_total', 1);
  assert.deepEqual([await misses('absent'), await hits()], [1, 0]);
  const bytes = (await gateway.figure('gateway_cache_local_bytes')) ?? 0;
  assert(bytes > 0, String(bytes));

  await gateway.ask();
  await gateway.ask();
  assert.deepEqual([await misses('absent'), await hits()], [1, 2]);

  await store.invalidate(['shop/product-7']);
  await gateway.ask();
  assert.deepEqual([await misses('absent'), await misses('tag'), await hits()], [1, 1, 2]);
  await reaches(gateway, 'gateway_cache_stored_total', 2);
});

test('answers that are not stored are counted by why not', async () => {
  const store = createInProcessCache(1_000_000);
  await using gateway = await startMeasuredGateway({}, store);
  const notStored = (reason: string) => `gateway_cache_not_stored_total{reason="${reason}"}`;
  gateway.say({});
  await gateway.ask();
  await reaches(gateway, notStored('no-policy'), 1);
  gateway.say({ 'cache-control': 'public, max-age=60' }, [{ message: 'no' }]);
  await gateway.ask();
  await reaches(gateway, notStored('errors'), 1);
  assert.equal(await gateway.figure('gateway_cache_stored_total'), 0);
});

test('hits in Redis are told from those in memory, and a Redis that is away is seen', {
  skip: withoutRedis,
}, async () => {
  const folder = await mkdtemp(join(process.env[runFolderVariable] ?? tmpdir(), 'redis-'));
  const redis = await startPrivateRedis({ folder });
  assert(redis !== undefined);
  await using gateway = await startMeasuredGateway({ REDIS_URL: redis.url, CACHE_LOCAL_MB: '0' });
  gateway.say({ 'cache-control': 'public, max-age=60' });
  await gateway.ask();
  await reaches(gateway, 'gateway_cache_stored_total', 1);
  await gateway.ask();
  assert.equal(await gateway.figure('gateway_cache_hits_total{from="shared"}'), 1);
  assert.equal(await gateway.figure('gateway_cache_up'), 1);

  await redis.stop();
  await gateway.ask();
  assert.equal(await gateway.figure('gateway_cache_up'), 0);
  assert.equal(await gateway.figure('gateway_cache_misses_total{reason="away"}'), 1);
  await rm(folder, { recursive: true, force: true });
});
