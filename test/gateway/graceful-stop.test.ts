import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startShop } from './support/shop.ts';

test('stopping finishes what is in flight, refuses what is new and closes everything', async () => {
  const arrived = Promise.withResolvers<void>();
  const release = Promise.withResolvers<string>();
  await using shop = await startShop({
    products: {
      Query: {
        slow: () => {
          arrived.resolve();
          return release.promise;
        },
      },
    },
  });
  const { gateway } = shop;
  const inFlight = gateway.send({ query: '{ slow }' });
  await arrived.promise;

  const stopped = gateway.service.stop();
  const ready = await fetch(new URL('/health/ready', gateway.adminUrl));
  assert.equal(ready.status, 503);
  release.resolve('done');

  const response = await inFlight;
  assert.deepEqual(await response.json(), { data: { slow: 'done' } });
  assert.equal(response.headers.get('connection'), 'close');
  await stopped;
  await gateway.service.stop();
  await assert.rejects(gateway.send({ query: '{ viewer }' }));
  await assert.rejects(fetch(new URL('/health/live', gateway.adminUrl)));
});

test('a request that outlives every deadline does not keep the gateway from stopping', async () => {
  await using shop = await startShop({ env: { REQUEST_TIMEOUT_MS: '100' } });
  const { gateway } = shop;
  // Headers without the body that they announce.
  const body = new ReadableStream({});
  const sending = fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    duplex: 'half',
  }).catch((error: unknown) => error);
  await gateway.query('{ viewer }');
  await gateway.service.stop();
  assert((await sending) instanceof Error);
});

test('a gateway that cannot have its port leaves nothing open', async () => {
  await using shop = await startShop();
  const port = new URL(shop.gateway.url).port;
  await assert.rejects(startShop({ env: { PORT: port } }), /EADDRINUSE/);
});
