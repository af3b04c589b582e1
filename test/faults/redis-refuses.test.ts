import { after, before, test } from 'node:test';
import { withoutRedis } from '../support/redis.ts';
import { type LoadedSupergraph, startLoadedSupergraph } from './support/loaded-supergraph.ts';

/** Redis that answers, but takes nothing, under load. */

const skip = withoutRedis;
let world: LoadedSupergraph;
before(async () => {
  if (!skip) world = await startLoadedSupergraph();
});
after(async () => {
  await world?.[Symbol.asyncDispose]();
});

test('Redis is full', { skip }, () =>
  world.survives(async (load) => {
    await world.operator.config('SET', 'maxmemory-policy', 'noeviction');
    await world.operator.config('SET', 'maxmemory', '1');
    await load.outlastLeases();
    await world.operator.config('SET', 'maxmemory', '0');
  }),
);

test('Redis is full, and throws out what it likes', { skip }, () =>
  world.survives(async (load) => {
    await world.operator.config('SET', 'maxmemory-policy', 'allkeys-random');
    await world.operator.config('SET', 'maxmemory', '1');
    await load.outlastLeases();
    await world.operator.config('SET', 'maxmemory', '0');
  }),
);

test('Redis takes no writes, because its replicas are gone', { skip }, () =>
  world.survives(async (load) => {
    await world.operator.config('SET', 'min-replicas-to-write', '1');
    await load.outlastLeases();
    await world.operator.config('SET', 'min-replicas-to-write', '0');
  }),
);

test('Redis takes no writes, because it is a replica of one that is gone', { skip }, () =>
  world.survives(async (load) => {
    await world.operator.call('REPLICAOF', '127.0.0.1', '1');
    await load.outlastLeases();
    await world.operator.call('REPLICAOF', 'NO', 'ONE');
  }),
);
