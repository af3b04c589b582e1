import { after, before, test } from 'node:test';
import { withoutRedis } from '../support/redis.ts';
import { type LoadedSupergraph, startLoadedSupergraph } from './support/loaded-supergraph.ts';

/** Redis that doesn't answer, under load. */

const skip = withoutRedis;
let world: LoadedSupergraph;
before(async () => {
  if (!skip) world = await startLoadedSupergraph();
});
after(async () => {
  await world?.[Symbol.asyncDispose]();
});

test('Redis is killed, and comes back empty', { skip }, () =>
  world.survives(async (load) => {
    await world.redis.signal('SIGKILL');
    await load.outlastLeases();
    await world.redis.restart();
  }),
);

test('Redis is stopped, and goes on', { skip }, () =>
  world.survives(async (load) => {
    await world.redis.signal('SIGSTOP');
    await load.outlastLeases();
    await world.redis.signal('SIGCONT');
  }),
);

test('Redis is slower than anybody waits for it', { skip }, () =>
  world.survives(async (load) => {
    world.proxy.delay(150);
    await load.outlastLeases();
    world.proxy.delay(0);
  }),
);

test('the network swallows all that is sent', { skip }, () =>
  world.survives(async (load) => {
    world.proxy.blackHole(true);
    await load.outlastLeases();
    world.proxy.blackHole(false);
  }),
);

test('connections are cut again and again', { skip }, () =>
  world.survives(async (load) => {
    for (let time = 0; time < 5; time += 1) {
      world.proxy.cut((index) => index % 2 === time % 2);
      await load.rounds(3);
    }
  }),
);
