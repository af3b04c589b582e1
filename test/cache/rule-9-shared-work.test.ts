import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { lowestPosition, type Position } from '../../cache/position.ts';
import { createSharedRun } from '../../cache/shared-run.ts';
import { type Ask, createSingleFlight } from '../../cache/single-flight.ts';
import type { CacheStore } from '../../cache/store.ts';
import { answer, giveLease, look, read } from './support/answers.ts';
import { testOnBothStores, useRedis } from './support/store-worlds.ts';

useRedis();

testOnBothStores('a thousand equal questions at one moment are one execution', async ({ store }) => {
  const origin = createOrigin(store);
  const { position } = await look(store);
  const all = Array.from({ length: 1_000 }, () => origin.ask(position));
  await origin.finish('v0');
  const flown = await Promise.all(all);
  assert.equal(origin.executions, 1);
  assert(flown.every(({ result }) => result === 'v0'));
  assert.equal(flown.filter(({ isOwn }) => isOwn).length, 1);
});

testOnBothStores(
  'who asks while the work is going on takes it, if nothing was invalidated',
  async ({ store }) => {
    const origin = createOrigin(store);
    const { position } = await look(store);
    const first = origin.ask(position);
    await origin.begun();
    const second = origin.ask(position);
    await origin.finish('v0');
    assert.deepEqual(await second, { result: 'v0', isOwn: false, position });
    assert.equal((await first).isOwn, true);
    assert.equal(origin.executions, 1);
  },
);

testOnBothStores(
  '* a reader that joins work begun before a write does not get what it read',
  async ({ store }) => {
    const origin = createOrigin(store);
    const before = (await look(store)).position;
    const early = origin.ask(before);
    await origin.begun();
    // The work has read the old row. It is written, acknowledged, and then someone asks.
    const after = await store.invalidate(['posts/Post:7']);
    const late = origin.ask(after);
    await origin.finish('v0');
    assert.equal((await early).result, 'v0');
    await origin.finish('v1');
    assert.deepEqual(await late, { result: 'v1', isOwn: true, position: after });
  },
);

testOnBothStores(
  '* not even if its clock is no newer than the work: a write that no relay could tell of yet',
  async (world) => {
    const { store } = world;
    await giveLease(store, 'posts');
    const origin = createOrigin(store, ['posts']);
    const { position } = await look(store);
    const early = origin.ask(position);
    await origin.begun();
    // Someone writes with psql, and the relay is cut off. Nothing moves the clock, but the lease runs out.
    await world.pass(2_001);
    const late = origin.ask((await look(store)).position);
    await origin.finish('v0');
    await early;
    await origin.finish('v1');
    assert.equal((await late).result, 'v1');
  },
);

testOnBothStores('* work of another epoch is not joined, whatever its clock', async (world) => {
  const { store } = world;
  const origin = createOrigin(store);
  const early = origin.ask((await look(store)).position);
  await origin.begun();
  await world.loseEverything();
  const late = origin.ask((await look(store)).position);
  await origin.finish('v0');
  await early;
  await origin.finish('v1');
  assert.equal((await late).result, 'v1');
});

test('* without a clock only work that has not begun is joined', async () => {
  const origin = createOrigin(undefined);
  const first = [origin.ask(undefined), origin.ask(undefined)];
  await origin.begun();
  const second = [origin.ask(undefined), origin.ask(undefined)];
  await origin.finish('v0');
  assert.deepEqual(await results(first), ['v0', 'v0']);
  await origin.finish('v1');
  assert.deepEqual(await results(second), ['v1', 'v1']);
  assert.equal(origin.executions, 2);
});

test('* nor does a reader with a clock join work without one, or the other way round', async () => {
  const position = { epoch: '0000000000000001-00000000', clock: 1 };
  for (const [ahead, behind] of [
    [undefined, position],
    [position, undefined],
  ] as const) {
    const origin = createOrigin(undefined);
    const early = origin.ask(ahead);
    await origin.begun();
    const late = origin.ask(behind);
    await origin.finish('v0');
    await early;
    await origin.finish('v1');
    assert.equal((await late).result, 'v1');
  }
});

test('when the cache goes away meanwhile, what was joined cannot be vouched for: once more, for all together', async () => {
  const position = { epoch: '0000000000000001-00000000', clock: 1 };
  const origin = createOrigin(undefined);
  const early = origin.ask(position);
  await origin.begun();
  const late = Array.from({ length: 100 }, () => origin.ask(position));
  await origin.finish('v0');
  await early;
  await origin.finish('v1');
  assert.deepEqual(new Set(await results(late)), new Set(['v1']));
  assert.equal(origin.executions, 2);
});

testOnBothStores(
  'all who joined too early share the next execution, and one question to the cache',
  async ({ store }) => {
    let checks = 0;
    const counted: CacheStore = {
      ...store,
      check: (dependencies) => {
        checks += 1;
        return store.check(dependencies);
      },
    };
    const origin = createOrigin(counted);
    const { position } = await look(store);
    const early = origin.ask(position);
    await origin.begun();
    const late = Array.from({ length: 1_000 }, () => origin.ask(position));
    await store.invalidate(['posts/Post:7']);
    await origin.finish('v0');
    await early;
    await origin.finish('v1');
    assert.deepEqual(new Set(await results(late)), new Set(['v1']));
    assert.deepEqual([origin.executions, checks], [2, 1]);
  },
);

testOnBothStores(
  'what a second execution makes may be stored: its clock is that of the check',
  async ({ store }) => {
    const origin = createOrigin(store);
    const { position } = await look(store);
    void origin.ask(position);
    await origin.begun();
    const late = origin.ask(position);
    await store.invalidate(['posts/Post:7']);
    await origin.finish('v0');
    await origin.finish('v1');
    const flown = await late;
    assert(flown.position);
    assert.deepEqual(
      await store.store(answer(flown.position, { body: flown.result })).then((s) => s.valid),
      true,
    );
    assert.equal(await read(store), 'v1');
  },
);

testOnBothStores(
  'an answer that turned out private goes to nobody else; each makes its own',
  async ({ store }) => {
    const origin = createOrigin(store);
    const { position } = await look(store);
    const mine = origin.ask(position);
    const theirs = [origin.ask(position, () => false), origin.ask(position, () => false)];
    await origin.begun();
    const later = origin.ask(position, () => false);
    await origin.finish('secret');
    for (const body of ['a', 'b', 'c']) await origin.finish(body);
    assert.equal((await mine).result, 'secret');
    const own = await Promise.all([...theirs, later]);
    assert(own.every(({ isOwn }) => isOwn));
    assert.deepEqual(own.map(({ result }) => result).sort(), ['a', 'b', 'c']);
  },
);

test('a failure is told to all who waited, and the next one tries again', async () => {
  const origin = createOrigin(undefined);
  const both = [origin.ask(undefined), origin.ask(undefined)];
  await origin.fail(new Error('no database'));
  for (const each of both) await assert.rejects(each, /no database/);
  const again = origin.ask(undefined);
  await origin.finish('v0');
  assert.equal((await again).result, 'v0');
});

test('different questions do not wait for each other', async () => {
  const flight = createSingleFlight<string>(async () => assert.fail('nothing to check'));
  const ask = (body: string): Ask<string> => ({
    position: undefined,
    work: async () => body,
    accepts: () => true,
  });
  const both = await Promise.all([flight.run('a', ask('a')), flight.run('b', ask('b'))]);
  assert.deepEqual(
    both.map(({ result }) => result),
    ['a', 'b'],
  );
});

test('* what is made of several pieces of work carries the lowest clock', () => {
  const at = (clock: number, epoch = 'e') => ({ epoch, clock });
  assert.deepEqual(lowestPosition(at(3), at(1), at(2)), at(1));
  assert.deepEqual(lowestPosition(at(3)), at(3));
  assert.equal(lowestPosition(at(3), at(1, 'other')), undefined);
});

testOnBothStores(
  '* under its own clock, what shares an older fetch would hide the write that the fetch missed',
  async ({ store }) => {
    const older = (await look(store)).position;
    // A fetch begins under `older`; the row is written; then another operation begins and takes the fetch's result.
    await store.invalidate(['posts/Post:7']);
    const own = (await look(store)).position;
    const lowest = lowestPosition(own, older);
    assert(lowest);
    assert.equal((await store.store(answer(lowest, { body: 'v0' }))).valid, false);
  },
);

test('a run that is shared begins after everybody asked who gets its result', async () => {
  let runs = 0;
  const finish: (() => void)[] = [];
  const ask = createSharedRun(async () => {
    runs += 1;
    const mine = runs;
    await new Promise<void>((resolve) => finish.push(resolve));
    return mine;
  });
  const first = [ask(), ask()];
  await nextTurn();
  const second = [ask(), ask()];
  assert.equal(runs, 1);
  finish.shift()?.();
  assert.deepEqual(await Promise.all(first), [1, 1]);
  await nextTurn();
  finish.shift()?.();
  assert.deepEqual(await Promise.all(second), [2, 2]);
});

test('a shared run that fails fails for those who shared it', async () => {
  let fails = true;
  const ask = createSharedRun(async () => {
    if (fails) throw new Error('once');
    return 'well';
  });
  await assert.rejects(ask(), /once/);
  fails = false;
  assert.equal(await ask(), 'well');
});

/** Something that makes one answer, slowly: the test says when an execution ends, and with what. */
function createOrigin(store: CacheStore | undefined, relays: readonly string[] = []) {
  const running: PromiseWithResolvers<string>[] = [];
  let arrived = Promise.withResolvers<void>();
  let executions = 0;
  const flight = createSingleFlight<string>((_, position) =>
    store === undefined
      ? Promise.reject(new Error('the cache is away'))
      : store.check({ position, tags: ['posts/Post:7'], relays }),
  );
  const begun = async () => {
    while (running.length === 0) await arrived.promise;
    const [execution] = running;
    assert(execution);
    return execution;
  };
  return {
    get executions() {
      return executions;
    },
    ask: (position: Position | undefined, accepts = (_: string) => true) =>
      flight.run('key', {
        position,
        accepts,
        work: () => {
          executions += 1;
          const execution = Promise.withResolvers<string>();
          running.push(execution);
          arrived.resolve();
          arrived = Promise.withResolvers();
          return execution.promise;
        },
      }),
    begun: async (): Promise<void> => {
      await begun();
    },
    finish: async (result: string): Promise<void> => {
      (await begun()).resolve(result);
      running.shift();
    },
    fail: async (error: Error): Promise<void> => {
      (await begun()).reject(error);
      running.shift();
    },
  };
}

async function results(flown: Promise<{ result: string }>[]): Promise<string[]> {
  return (await Promise.all(flown)).map(({ result }) => result);
}
