import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { unlimited } from '../../cache/wait-budget.ts';
import { clientKey } from '../../gateway/rate-limit/client-key.ts';
import { createRateLimiter } from '../../gateway/rate-limit/rate-limiter.ts';
import { createLogger } from '../../platform/logging.ts';
import { createRedisConnection } from '../../platform/redis-connection.ts';
import { connectTo } from '../cache/support/store-worlds.ts';
import { until } from '../support/poll.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';
import { startIssuer } from './support/issuer.ts';
import { startShop } from './support/shop.ts';

const query = { query: '{ viewer }' };

test('whoever asks too often is told when to come back', async () => {
  await using shop = await startShop({ env: { RATE_LIMIT_PER_MINUTE: '2' } });
  const statuses = [];
  for (let count = 0; count < 3; count += 1) statuses.push((await shop.gateway.send(query)).status);
  assert.deepEqual(statuses, [200, 200, 429]);

  const response = await shop.gateway.send(query, { origin: 'https://studio.apollographql.com' });
  const wait = Number(response.headers.get('retry-after'));
  assert(wait >= 1 && wait <= 60, `${wait} s`);
  assert.equal(response.headers.get('access-control-allow-origin'), 'https://studio.apollographql.com');
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  assert.equal(errors[0]?.extensions.code, 'RATE_LIMITED');
  assert.equal(shop.products.calls.length, 2);
});

test('viewers are counted each by themselves, and not with their address', async () => {
  await using issuer = await startIssuer();
  await using shop = await startShop({ env: { ...issuer.env, RATE_LIMIT_PER_MINUTE: '1' } });
  const as = async (sub: string) => ({ authorization: `Bearer ${await issuer.token({ sub })}` });
  assert.equal((await shop.gateway.send(query)).status, 200);
  assert.equal((await shop.gateway.send(query, await as('ada'))).status, 200);
  assert.equal((await shop.gateway.send(query, await as('bob'))).status, 200);
  assert.equal((await shop.gateway.send(query, await as('ada'))).status, 429);
});

test('bad tokens are counted on the address', async () => {
  await using shop = await startShop({ env: { RATE_LIMIT_PER_MINUTE: '1' } });
  assert.equal((await shop.gateway.send(query, { authorization: 'Bearer a' })).status, 401);
  assert.equal((await shop.gateway.send(query, { authorization: 'Bearer b' })).status, 429);
});

test('behind a trusted proxy the address is the one it tells, from anybody else it is not believed', async () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });
  await using behindProxy = await startShop({
    env: { RATE_LIMIT_PER_MINUTE: '1', TRUSTED_PROXIES: 'loopback' },
  });
  assert.equal((await behindProxy.gateway.send(query, from('192.0.2.1'))).status, 200);
  assert.equal((await behindProxy.gateway.send(query, from('192.0.2.2'))).status, 200);
  assert.equal((await behindProxy.gateway.send(query, from('192.0.2.1'))).status, 429);

  await using open = await startShop({ env: { RATE_LIMIT_PER_MINUTE: '1' } });
  assert.equal((await open.gateway.send(query, from('192.0.2.1'))).status, 200);
  assert.equal((await open.gateway.send(query, from('192.0.2.2'))).status, 429);
});

test('a request is charged what its operation costs, and told what is left', async () => {
  await using shop = await startShop({ env: { RATE_LIMIT_PER_MINUTE: '30' } });
  const ten = await shop.gateway.send({ query: '{ products(first: 10) { id } }' });
  assert.deepEqual(quotaOf(ten), { policy: '"cost";q=30;w=60;qu="points"', remaining: 20 });
  const eleven = await shop.gateway.send({ query: 'mutation { rename(id: 1, name: "a") { id } }' });
  assert.equal(quotaOf(eleven).remaining, 9);
  // Refused for another reason, which takes one point.
  const invalid = await shop.gateway.send({ query: '{ nothing }' });
  assert.deepEqual([invalid.status, quotaOf(invalid).remaining], [400, 8]);

  const calls = shop.products.calls.length;
  const tooMany = await shop.gateway.send({ query: '{ products(first: 9) { id } }' });
  assert.deepEqual([tooMany.status, quotaOf(tooMany).remaining], [429, 0]);
  const { errors } = (await tooMany.json()) as { errors: { extensions: object }[] };
  assert.deepEqual(errors[0]?.extensions, { code: 'RATE_LIMITED' });
  const [, reset] = /t=(\d+)$/.exec(tooMany.headers.get('ratelimit') ?? '') ?? [];
  assert.equal(tooMany.headers.get('retry-after'), reset);
  assert.equal((await shop.gateway.send(query)).status, 429);
  assert.equal(shop.products.calls.length, calls);
});

test('what costs more than a minute’s points takes all of them, and can be had', async () => {
  await using shop = await startShop({ env: { RATE_LIMIT_PER_MINUTE: '30' } });
  const large = await shop.gateway.send({ query: '{ products(first: 40) { id } }' });
  assert.deepEqual([large.status, quotaOf(large).remaining], [200, 0]);
  assert.equal((await shop.gateway.send(query)).status, 429);
});

test('of many addresses in X-Forwarded-For the last one that no trusted proxy has counts', async () => {
  await using shop = await startShop({
    env: { RATE_LIMIT_PER_MINUTE: '1', TRUSTED_PROXIES: 'loopback,192.0.2.0/24' },
  });
  const statusOf = async (headers: Record<string, string>) =>
    (await shop.gateway.send(query, headers)).status;
  assert.equal(await statusOf({ 'x-forwarded-for': '198.51.100.1, 203.0.113.7, 192.0.2.4' }), 200);
  // Whatever the client made up before its own address, the proxies have written that behind it.
  const spoofed = [
    '203.0.113.8',
    '127.0.0.1',
    '192.0.2.1',
    'unknown',
    '',
    '::1, 10.0.0.1',
    '203.0.113.7:443',
  ];
  for (const made of spoofed)
    assert.equal(await statusOf({ 'x-forwarded-for': `${made}, 203.0.113.7` }), 429, made);
  // Nothing else tells an address.
  const others = ['x-real-ip', 'forwarded', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip', 'via'];
  for (const name of others)
    assert.equal(await statusOf({ 'x-forwarded-for': '203.0.113.7', [name]: '203.0.113.9' }), 429, name);
});

test('nobody’s forwarding headers are believed unless proxies are configured', async () => {
  await using shop = await startShop({ env: { RATE_LIMIT_PER_MINUTE: '1' } });
  assert.equal((await shop.gateway.send(query)).status, 200);
  for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'x-client-ip', 'cf-connecting-ip'])
    assert.equal((await shop.gateway.send(query, { [name]: '203.0.113.9' })).status, 429, name);
});

function quotaOf({ headers }: Response): { policy: string | null; remaining: number } {
  const [, remaining] = /^"cost";r=(\d+);t=\d+$/.exec(headers.get('ratelimit') ?? '') ?? [];
  return { policy: headers.get('ratelimit-policy'), remaining: Number(remaining) };
}

test('the addresses of one IPv6 network are one client', () => {
  const network = clientKey(null, '2001:db8:1:2:3:4:5:6');
  for (const address of [
    '2001:db8:1:2::',
    '2001:db8:1:2::9',
    '2001:DB8:1:2:ffff::1',
    '2001:db8:1:2:3:4:5:6%eth0',
  ])
    assert.equal(clientKey(null, address), network, address);
  for (const address of ['2001:db8:1:3::', '2001:db8::1', '::1'])
    assert.notEqual(clientKey(null, address), network, address);
  assert.equal(clientKey(null, '::1'), 'network:0:0:0:0');
  assert.equal(clientKey(null, '::ffff:192.0.2.1'), clientKey(null, '192.0.2.1'));
  assert.notEqual(clientKey({ subject: '192.0.2.1' }, '192.0.2.9'), clientKey(null, '192.0.2.1'));
});

test('a Redis that hangs is asked once, and each gateway counts for itself meanwhile', {
  skip: withoutRedis,
}, async () => {
  await using redis = await freshRedis();
  const connection = createRedisConnection({
    url: redis.url,
    commandTimeoutMs: 50,
    whileAway: 'on we go',
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  await connection.connect();
  const operator = connectTo(redis.url);
  const limiter = createRateLimiter(3, connection);
  await operator.call('CLIENT', 'PAUSE', 60_000, 'WRITE');
  const refused = [];
  for (let request = 0; request < 4; request += 1)
    refused.push((await limiter.charge('ada', 1, unlimited)).isExceeded);
  assert.deepEqual(refused, [false, false, false, true]);
  // What was asked is carried out now, in its order.
  await operator.call('CLIENT', 'UNPAUSE');
  await until('what was asked after it', async () => (await connection.ping()) === 'PONG' || undefined);
  assert.equal(await operator.get('rate:ada'), '1');
  connection.disconnect();
  operator.disconnect();
});

test('charges of one client that come together are sent as one, and get what each would have got', {
  skip: withoutRedis,
}, async () => {
  await using redis = await freshRedis();
  const connection = createRedisConnection({
    url: redis.url,
    commandTimeoutMs: 5_000,
    whileAway: 'on we go',
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  await connection.connect();
  // Whatever fails: an open connection would keep the tests from ending.
  after(() => connection.disconnect());
  const limiter = createRateLimiter(20, connection);
  // In memory nothing is gathered.
  const oracle = createRateLimiter(20, undefined);
  const scriptsSent = async () => {
    const calls = (await connection.info('commandstats')).matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g);
    return [...calls].reduce((sum, [, count]) => sum + Number(count), 0);
  };
  let batches = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }), { maxLength: 3 }),
      async (groups) => {
        batches += 1;
        const client = `client ${batches}`;
        for (const points of groups) {
          const before = await scriptsSent();
          const quotas = await Promise.all(points.map((each) => limiter.charge(client, each, unlimited)));
          assert((await scriptsSent()) - before <= 1);
          for (const [index, each] of points.entries()) {
            const { isExceeded, remaining } = await oracle.charge(client, each, unlimited);
            assert.deepEqual(
              [quotas[index]?.isExceeded, quotas[index]?.remaining],
              [isExceeded, remaining],
              `${JSON.stringify(groups)}: ${index} of ${points}`,
            );
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});
