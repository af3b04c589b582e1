import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { seed } from '../../../prisma/seed/seed.ts';
import { withClient } from '../../support/databases.ts';
import { until } from '../../support/poll.ts';
import { runFolderVariable } from '../../support/redis.ts';
import { startSupergraph } from '../../support/supergraph.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { ask, type Load, mostStaleMs, questions, quietProfile, startLoad } from './load.ts';
import { type RedisServer, startRedisServer } from './redis-server.ts';

/** Before a fault and after it. */
const someRounds = 5;

/** Two gateways and both subgraphs, which reach one Redis through a proxy. */
export interface LoadedSupergraph extends AsyncDisposable {
  readonly proxy: TcpProxy;
  /** A connection of an operator to the server, past the proxy. */
  readonly operator: Redis;
  readonly redis: RedisServer;
  /** A server that nobody uses yet. */
  another(): Promise<RedisServer>;
  /** Changes something once, past the gateways. Resolves when both show it. */
  changeOnce(): Promise<void>;
  /**
   * Plays a fault under load, with some rounds before it and after it: no request fails, no answer is older than it may be; and
   * after it answers are kept again, the same as are made without the cache.
   *
   * @param fault begins it, waits, and ends it
   */
  survives(fault: (load: Load) => Promise<void>): Promise<void>;
}

export async function startLoadedSupergraph(): Promise<LoadedSupergraph> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(process.env[runFolderVariable] ?? tmpdir(), 'redis-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const start = async (name: string) => {
    const server = await startRedisServer(join(folder, name));
    opening.defer(() => server.stop());
    return server;
  };
  const redis = await start('a');
  const proxy = opening.use(await startTcpProxy({ path: redis.path }));
  const supergraph = opening.use(await startSupergraph({}, `redis://127.0.0.1:${proxy.port}`));
  const gateways = [supergraph.url, await supergraph.anotherGateway()];
  const { usersDatabase, postsDatabase } = supergraph;
  await seed({
    usersUrl: usersDatabase.url,
    postsUrl: postsDatabase.url,
    users: 10,
    posts: 30,
    notEmpty: 'refuse',
  });
  await withClient(postsDatabase.url, (client) =>
    client.query(`UPDATE posts SET slug = 'versioned' WHERE id = (
      SELECT id FROM posts WHERE status = 'published' ORDER BY published_at DESC LIMIT 1)`),
  );
  const { text } = await ask(
    supergraph.url,
    'mutation { logIn(input: { login: "ada", password: "correct horse battery" }) { session { accessToken } } }',
  );
  const token: string = JSON.parse(text).data.logIn.session.accessToken;
  const operator = new Redis(redis.path).on('error', () => {});
  opening.defer(() => operator.disconnect());
  let versions = 0;
  let changes = 0;

  const stack = opening.move();
  return {
    proxy,
    operator,
    redis,
    async another() {
      const server = await startRedisServer(join(folder, 'b'));
      stack.defer(() => server.stop());
      return server;
    },
    async changeOnce() {
      changes += 1;
      const bio = `Change ${changes}`;
      await withClient(usersDatabase.url, (client) =>
        client.query(`UPDATE users SET bio = $1 WHERE username = 'grace'`, [bio]),
      );
      for (const gateway of gateways)
        await until(bio, async () => (await ask(gateway, quietProfile)).text.includes(bio) || undefined);
    },
    async survives(fault) {
      await hitsOn(gateways);
      versions += 10_000;
      const load = startLoad({
        gateways,
        token,
        postsDatabaseUrl: postsDatabase.url,
        firstVersion: versions,
      });
      try {
        await load.rounds(someRounds);
        await fault(load);
        await load.rounds(someRounds);
      } finally {
        const faults = await load.stop();
        assert.deepEqual(faults, []);
      }
      await hitsOn(gateways);
      // The last statement past the gateways may just be on its way.
      await until('the same answers with and without the cache', () => compareOn(gateways), mostStaleMs);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** All questions are answered from the cache, on all gateways. */
async function hitsOn(gateways: readonly string[]): Promise<void> {
  await until('hits', async () => {
    const answers = await Promise.all(
      gateways.flatMap((url) => questions.map((question) => ask(url, question))),
    );
    const misses = answers.map(({ status }) => status).filter((status) => !status.includes('hit'));
    assert.deepEqual(misses, []);
    return true;
  });
}

/** What is kept is what is answered without the cache, byte for byte. */
async function compareOn(gateways: readonly string[]): Promise<true> {
  for (const gateway of gateways)
    for (const question of questions) {
      const { text: kept, status } = await ask(gateway, question);
      assert.match(status, /hit/);
      assert.equal(kept, (await ask(gateway, question, { 'cache-control': 'no-store' })).text);
    }
  return true;
}
