import { after, before, test } from 'node:test';
import { Redis } from 'ioredis';
import { createRedisStore } from '../../cache/redis-store.ts';
import { freePort } from '../../local/free-port.ts';
import { until } from '../support/poll.ts';
import { withoutRedis } from '../support/redis.ts';
import { type LoadedSupergraph, startLoadedSupergraph } from './support/loaded-supergraph.ts';

/** Redis that forgets, or remembers what is over, under load. */

const skip = withoutRedis;
let world: LoadedSupergraph;
before(async () => {
  if (!skip) world = await startLoadedSupergraph();
});
after(async () => {
  await world?.[Symbol.asyncDispose]();
});

test('Redis is flushed', { skip }, () =>
  world.survives(async (load) => {
    await world.operator.flushall();
    await load.outlastLeases();
  }),
);

test('Redis comes back with old data', { skip }, () =>
  world.survives(async (load) => {
    await world.operator.save();
    await world.changeOnce();
    await world.redis.restart();
    await load.outlastLeases();
  }),
);

test('a replica is promoted, while the old primary lives on with some of its clients', { skip }, () =>
  world.survives(async (load) => {
    const other = await world.another();
    await using replica = operatorOf(other.path);
    const port = await freePort();
    await world.operator.config('SET', 'port', String(port));
    await world.operator.config('SET', 'repl-diskless-sync-delay', '0');
    await replica.redis.call('REPLICAOF', '127.0.0.1', port);
    await until('the first copy', async () =>
      (await replica.redis.info('replication')).includes('master_link_status:up') ? true : undefined,
    );
    await load.rounds(3);

    await replica.redis.call('REPLICAOF', 'NO', 'ONE');
    // Only the old one hears of it.
    await world.changeOnce();
    world.proxy.switchTo({ path: other.path });
    await load.rounds(3);
    // From here on some are on the one and some on the other.
    world.proxy.cut((index) => index % 2 === 0);
    await load.outlastLeases();
    world.proxy.cut();
    // Then the old one is written to, once more: nobody is there to see it.
    await createRedisStore({ redis: world.operator, prefix: 'supergraph' }).invalidate(['users', 'posts']);
    await load.outlastLeases();
  }),
);

function operatorOf(path: string) {
  const redis = new Redis(path).on('error', () => {});
  return { redis, [Symbol.asyncDispose]: async () => redis.disconnect() };
}
