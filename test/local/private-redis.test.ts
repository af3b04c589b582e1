import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Redis } from 'ioredis';
import { findRedisServer, startPrivateRedis } from '../../local/private-redis.ts';
import { withoutRedis } from '../support/redis.ts';

const redis = (await findRedisServer()) ? { skip: withoutRedis } : { skip: 'no redis-server on the PATH' };

const folder = await mkdtemp(join(tmpdir(), 'private-redis-'));
after(() => rm(folder, { recursive: true, force: true }));

async function start(at = folder) {
  const server = await startPrivateRedis({ folder: at });
  assert.ok(server);
  return server;
}

test('it keeps nothing, and takes no port', redis, async () => {
  const server = await start();
  const client = new Redis(server.path);
  assert.equal(await client.set('key', 'value'), 'OK');
  assert.deepEqual(await client.config('GET', 'port'), ['port', '0']);
  await client.quit();
  await server.stop();
  await server.stop();

  const again = await start();
  const next = new Redis(again.path);
  assert.equal(await next.get('key'), null);
  await next.quit();
  await again.stop();
});

test('a server left behind by a killed process is replaced', redis, async () => {
  const script = `
    const { startPrivateRedis } = await import(${JSON.stringify(import.meta.resolve('../../local/private-redis.ts'))});
    await startPrivateRedis({ folder: ${JSON.stringify(folder)} });
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  await once(child, 'exit');
  const orphan = new Redis(join(folder, 'redis.sock'), { retryStrategy: () => null });
  await orphan.set('key', 'of the orphan');
  const ended = once(orphan, 'end');
  const server = await start();
  await ended;
  const client = new Redis(server.path);
  assert.equal(await client.get('key'), null);
  await client.quit();
  await server.stop();
});

test('a folder whose path is too long for a socket will do', redis, async () => {
  const deep = join(folder, 'x'.repeat(100));
  await mkdir(deep);
  const server = await start(deep);
  const client = new Redis(server.path);
  assert.equal(await client.ping(), 'PONG');
  await client.quit();
  await server.stop();
});

test('without a redis-server there is none', async () => {
  const path = process.env.PATH;
  process.env.PATH = folder;
  try {
    assert.equal(await startPrivateRedis({ folder }), undefined);
  } finally {
    process.env.PATH = path;
  }
});

test('a server that does not start says why', redis, async () => {
  const program = join(folder, 'redis-server');
  await writeFile(program, '#!/bin/sh\necho "Wrong kind of machine" >&2; exit 1\n', { mode: 0o755 });
  await assert.rejects(startPrivateRedis({ folder, program }), /did not start:\nWrong kind of machine/);
});
