import { after, before, test } from 'node:test';
import { Redis } from 'ioredis';
import { createMemoryStore } from '../../../cache/memory-store.ts';
import { createRedisStore } from '../../../cache/redis-store.ts';
import type { CacheStore } from '../../../cache/store.ts';
import { freshRedis, type TestRedis, withoutRedis } from '../../support/redis.ts';

/** A cache as a test sees it, whatever keeps it. */
export interface StoreWorld {
  readonly store: CacheStore;
  /** The same cache as another process sees it. */
  another(): Promise<CacheStore>;
  /** Time passes, of the store's own clock. Nobody waits for it. */
  pass(ms: number): Promise<void>;
  /** The store loses all it had: a new epoch begins. */
  loseEverything(): Promise<void>;
}

/** Registers a test once for each store. */
export function testOnBothStores(sentence: string, work: (world: StoreWorld) => Promise<void>): void {
  test(`${sentence} (memory)`, () => work(memoryWorld()));
  test(`${sentence} (Redis)`, { skip: withoutRedis }, async () => {
    await using world = await redisWorld();
    await work(world);
  });
}

/** Registers a test once for each store that needs two of them, neither of which knows of the other. */
export function testOnTwoStores(
  sentence: string,
  work: (older: StoreWorld, newer: StoreWorld) => Promise<void>,
): void {
  test(`${sentence} (memory)`, () => work(memoryWorld(), memoryWorld()));
  test(`${sentence} (Redis)`, { skip: withoutRedis }, async () => {
    // Under two prefixes of one server; both are empty before either is used.
    await using older = await redisWorld();
    await using newer = await redisWorld();
    await work(older, newer);
  });
}

export function memoryWorld(maxBytes = 1_000_000): StoreWorld {
  let now = 1_800_000_000_000;
  const store = createMemoryStore({ maxBytes, now: () => now, distinction: '0a0b0c0d' });
  return {
    store,
    another: async () => store,
    pass: async (ms) => {
      now += ms;
    },
    loseEverything: async () => {
      const { position } = await store.status();
      await store.supersede(position.epoch);
    },
  };
}

export interface RedisWorld extends StoreWorld, AsyncDisposable {
  /** What operators and faults use. */
  readonly redis: Redis;
  readonly prefix: string;
}

let server: TestRedis | undefined;
let worlds = 0;

/** Call at the top of a file that uses {@link redisWorld} or {@link testOnBothStores}: they share one server. */
export function useRedis(): void {
  before(async () => {
    if (!withoutRedis) server = await freshRedis();
  });
  after(async () => {
    await server?.[Symbol.asyncDispose]();
  });
}

export async function redisWorld(): Promise<RedisWorld> {
  if (server === undefined) throw new Error('Call useRedis() at the top of the file.');
  const { url } = server;
  const connections: Redis[] = [];
  const connection = () => {
    const redis = connectTo(url);
    connections.push(redis);
    return redis;
  };
  const redis = connection();
  await redis.flushall();
  worlds += 1;
  const prefix = `test-${worlds}`;
  const clock = { offsetMs: 0 };
  const open = () => createRedisStore({ redis: withClock(connection(), clock), prefix });
  return {
    redis,
    prefix,
    store: open(),
    another: async () => open(),
    pass: async (ms) => {
      clock.offsetMs += ms;
      await redis.eval(shortenTimesToLive, 0, ms);
    },
    loseEverything: async () => {
      await redis.flushall();
    },
    [Symbol.asyncDispose]: async () => {
      for (const each of connections) each.disconnect();
    },
  };
}

/**
 * ioredis takes the path of a socket, not a `unix:` URL. Commands wait for the connection: tests begin before it is
 * there.
 */
export function connectTo(url: string): Redis {
  return new Redis(url.startsWith('unix:') ? decodeURIComponent(new URL(url).pathname) : url);
}

/** Keys with a time to live, too, get older by some ms. */
const shortenTimesToLive = `
  for _, key in ipairs(redis.call('KEYS', '*')) do
    local left = redis.call('PTTL', key)
    if left > 0 then redis.call('PEXPIRE', key, left - ARGV[1]) end
  end`;

/**
 * Redis' own time, moved: scripts are sent with an offset beside where they ask for it. There is no such option in the
 * store, and nothing in a test has to wait.
 */
function withClock(redis: Redis, clock: { offsetMs: number }): Redis {
  const asksForTime = 'return time[1] * 1000000 + time[2]';
  const callBuffer = async (command: string, source: string, ...rest: (string | number | Buffer)[]) => {
    if (command === 'EVALSHA') throw new Error('NOSCRIPT: it has another offset');
    const moved = source.replace(asksForTime, `${asksForTime} + ${clock.offsetMs * 1000}`);
    if (moved === source)
      throw new Error('The scripts ask for the time in another way than this test knows.');
    return redis.callBuffer(command, moved, ...rest);
  };
  return new Proxy(redis, {
    get: (target, property) => {
      if (property === 'callBuffer') return callBuffer;
      const value = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
