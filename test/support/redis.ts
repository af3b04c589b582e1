import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startPrivateRedis } from '../../local/private-redis.ts';

/** Set by whoever has no `redis-server` but a Redis for the tests to use (`redis://...`); its data is wiped. */
export const redisUrlVariable = 'TEST_REDIS_URL';
/** Set by test/run.ts: a folder whose left-over servers it stops at the end. */
export const runFolderVariable = 'TEST_RUN_FOLDER';
/** Set by test/run.ts when it was told to do without. */
export const withoutRedisVariable = 'TEST_WITHOUT_REDIS';
export const withoutRedisReason = 'needs Redis, and this run is --without-redis';

/** For the `skip` option of every test that needs Redis: `test('...', { skip: withoutRedis }, ...)`. */
export const withoutRedis: string | false = process.env[withoutRedisVariable] ? withoutRedisReason : false;

export interface TestRedis extends AsyncDisposable {
  /** For `REDIS_URL`. */
  url: string;
}

/** An empty Redis of its own: a server where there is `redis-server`, else a numbered database of TEST_REDIS_URL. */
export async function freshRedis(): Promise<TestRedis> {
  const shared = process.env[redisUrlVariable];
  return shared ? numberedDatabase(shared) : ownServer();
}

async function ownServer(): Promise<TestRedis> {
  const folder = await mkdtemp(join(process.env[runFolderVariable] ?? tmpdir(), 'redis-'));
  const server = await startPrivateRedis({ folder });
  if (!server) throw new Error('There is no redis-server on the PATH.');
  return {
    url: server.url,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Test files run in processes of their own, so the numbers are handed out by Redis: a key in database 0 is the claim. */
async function numberedDatabase(url: string): Promise<TestRedis> {
  const claims = new Redis(url);
  const claimSeconds = 600;
  for (let number = 1; number < 16; number += 1) {
    const claim = `test:database:${number}`;
    if ((await claims.set(claim, process.pid, 'EX', claimSeconds, 'NX')) !== 'OK') continue;
    const own = new URL(url);
    own.pathname = `/${number}`;
    const database = new Redis(own.href);
    await database.flushdb();
    return {
      url: own.href,
      [Symbol.asyncDispose]: async () => {
        await database.flushdb();
        await claims.del(claim);
        await Promise.all([database.quit(), claims.quit()]);
      },
    };
  }
  await claims.quit();
  throw new Error(`All numbered databases of ${redisUrlVariable} are claimed by other tests.`);
}
