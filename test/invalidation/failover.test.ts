import assert from 'node:assert/strict';
import { access, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { createInProcessCache } from '../../cache/in-process-cache.ts';
import type { CacheStore } from '../../cache/store.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../local/embedded-postgres.ts';
import { runProgram } from '../../local/run-program.ts';
import { createLogger } from '../../platform/logging.ts';
import { migrationsFolder } from '../../prisma/databases.ts';
import { migrate } from '../../prisma/migrate.ts';
import { createCacheRelay } from '../../subgraphs/shared/cache-relay.ts';
import { read, readThrough } from '../cache/support/answers.ts';
import { insertPost, published } from '../data/rows.ts';
import { withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** Rule 2, with two servers: what a standby had not got yet when it took over was never so. */

test('what was read from a primary, and lost with it, is not served once its standby has taken over', async () => {
  await using place = await primaryAndStandby();
  const { primary, standby, database, replication } = place;
  const logger = createLogger({ name: 'test', level: 'silent' });
  const store = createInProcessCache(1_000_000);
  const relay = createCacheRelay({
    subgraph: 'posts',
    databaseUrl: throughProxy(primary.url('posts'), database),
    store,
    redisUrl: undefined,
    registry: new Registry(),
    logger,
  });
  await relay.start();
  try {
    const id = await withClient(primary.url('posts'), (client) => insertPost(client, published));
    assert.equal(await servedFrom(primary, id, store), 'Title');
    await until('the row on the standby', async () => (await titleOn(standby, id)) ?? undefined);

    // The last that the primary does reaches readers, by way of the relay, and no standby.
    replication.blackHole(true);
    await withClient(primary.url('posts'), (client) =>
      client.query(`UPDATE posts SET title = 'Lost' WHERE id = $1`, [id]),
    );
    assert.equal(await relay.flush().then(({ published }) => published), true);
    assert.equal(await servedFrom(primary, id, store), 'Lost');

    await place.killPrimary();
    await withClient(standby.url('posts'), (client) => client.query('SELECT pg_promote()'));
    database.switchTo({ host: '127.0.0.1', port: portOf(standby) });
    database.cut();
    assert.equal(await titleOn(standby, id), 'Title');

    // Under its lease it may be served for a while, and then under none: the next one comes after the sweep.
    const served = await until('word from the new primary', async () => {
      const outcome = await read(store);
      return outcome === 'miss: lease of posts' || outcome === 'Lost' ? undefined : outcome;
    });
    assert.equal(served, 'miss: posts');
    assert.equal(await servedFrom(standby, id, store), 'Title');

    await withClient(standby.url('posts'), (client) =>
      client.query(`UPDATE posts SET title = 'Later' WHERE id = $1`, [id]),
    );
    await until('the next write', async () => (await read(store)) === `miss: posts/Post:${id}` || undefined);
  } finally {
    await relay.stop();
  }
});

/** What a gateway serves that makes its answers from this server. */
function servedFrom(server: EmbeddedPostgres, id: string, store: CacheStore): Promise<string> {
  return until('a hit', async () => {
    const title = (await titleOn(server, id)) ?? 'none';
    await readThrough(store, title, { tags: [`posts/Post:${id}`], relays: ['posts'] });
    const outcome = await read(store);
    return outcome === title ? outcome : undefined;
  });
}

function titleOn(server: EmbeddedPostgres, id: string): Promise<string | undefined> {
  return withClient(server.url('posts'), async (client) => {
    const { rows } = await client.query<{ title: string }>('SELECT title FROM posts WHERE id = $1', [id]);
    return rows[0]?.title;
  });
}

/** A primary and its streaming standby. The subgraph reaches what is the primary through `database`. */
async function primaryAndStandby() {
  await using opening = new AsyncDisposableStack();
  const temporary = async (name: string) => {
    const folder = await mkdtemp(join(tmpdir(), name));
    await chmod(folder, 0o711);
    opening.defer(() => rm(folder, { recursive: true, force: true }));
    return folder;
  };
  const start = async (folder: string, settings: Record<string, string> = {}) => {
    const server = await startEmbeddedPostgres({ folder, port: 0, settings: { fsync: 'off', ...settings } });
    opening.defer(async () => {
      await server.stop();
      await rm(server.folder, { recursive: true, force: true });
    });
    return server;
  };
  const primaryFolder = await temporary('primary-');
  const original = await start(primaryFolder);
  await original.ensureDatabase('posts');
  await migrate({ databaseUrl: original.url('posts'), folder: migrationsFolder('posts') });
  // What pg_basebackup does, which isn't among the embedded programs: a copy, here of a server that rests.
  await original.stop();
  const standbyFolder = await temporary('standby-');
  for (const part of ['data', 'password'])
    await runProgram('cp', ['-a', join(original.folder, part), join(standbyFolder, part)]);
  const signal = join(standbyFolder, 'data', 'standby.signal');
  await writeFile(signal, '');
  await chmod(signal, 0o666);

  const primary = await start(primaryFolder);
  const replication = opening.use(await proxyTo(primary));
  const database = opening.use(await proxyTo(primary));
  const { username, password } = new URL(primary.url('posts'));
  const standby = await start(standbyFolder, {
    primary_conninfo: `host=127.0.0.1 port=${replication.port} user=${username} password=${password}`,
  });

  const stack = opening.move();
  return {
    primary,
    standby,
    replication,
    database,
    /** As in a crash: without a last word to anybody. */
    async killPrimary() {
      const pidFile = join(primary.folder, 'data', 'postmaster.pid');
      const [pid] = (await readFile(pidFile, 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGQUIT');
      const isGone = () =>
        access(pidFile).then(
          () => undefined,
          () => true,
        );
      await until('the end of the primary', isGone);
      replication.cut();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function proxyTo(server: EmbeddedPostgres): Promise<TcpProxy> {
  return startTcpProxy({ host: '127.0.0.1', port: portOf(server) });
}

function portOf(server: EmbeddedPostgres): number {
  return Number(new URL(server.url('postgres')).port);
}

function throughProxy(url: string, { port }: TcpProxy): string {
  const through = new URL(url);
  through.port = String(port);
  return through.href;
}
