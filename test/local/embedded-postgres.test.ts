import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startEmbeddedPostgres } from '../../local/embedded-postgres.ts';
import { withClient } from '../support/databases.ts';

// Each test starts on the data that the one before it left: to create a data folder takes a second.
const folder = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
after(() => rm(folder, { recursive: true, force: true }));

/** Starts it in a process of its own, which is then killed the hard way. Returns that process' number. */
async function startAndKill(): Promise<number | undefined> {
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(import.meta.resolve('../../local/embedded-postgres.ts'))});
    await startEmbeddedPostgres({ folder: ${JSON.stringify(folder)}, port: 0 });
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
  return child.pid;
}

test('data, password and settings: what a first start creates, the next one finds', async () => {
  const first = await startEmbeddedPostgres({ folder, port: 0 });
  await first.ensureDatabase('kept');
  await first.ensureDatabase('kept');
  await withClient(first.url('kept'), (client) => client.query('CREATE TABLE things AS SELECT 1 AS id'));
  await first.stop();
  await first.stop();

  const said: string[] = [];
  const settings = { shared_preload_libraries: 'pg_stat_statements', application_name: "it's quoted" };
  const second = await startEmbeddedPostgres({ folder, port: 0, settings, log: (line) => said.push(line) });
  const { rows } = await withClient(second.url('kept'), (client) =>
    client.query(`SELECT id, current_setting('shared_preload_libraries') AS loaded FROM things`),
  );
  assert.deepEqual(rows, [{ id: 1, loaded: 'pg_stat_statements' }]);
  await second.stop();
  assert.deepEqual(said, []);
});

test('it wants its password, and listens on the loopback address only', async () => {
  const server = await startEmbeddedPostgres({ folder, port: 0 });
  try {
    const url = new URL(server.url('postgres'));
    url.password = 'guessed';
    await assert.rejects(
      withClient(url.href, async () => {}),
      /password authentication failed/,
    );
    const { rows } = await withClient(server.url('postgres'), (client) =>
      client.query(
        `SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets`,
      ),
    );
    assert.deepEqual(rows, [{ addresses: '127.0.0.1', sockets: '' }]);
  } finally {
    await server.stop();
  }
});

test('a server left behind by a killed process is stopped, and its data kept', async () => {
  await startAndKill();
  const said: string[] = [];
  const server = await startEmbeddedPostgres({ folder, port: 0, log: (line) => said.push(line) });
  assert.deepEqual(said, ['stopping the PostgreSQL that a killed run left behind']);
  const { rows } = await withClient(server.url('kept'), (client) => client.query('SELECT id FROM things'));
  assert.deepEqual(rows, [{ id: 1 }]);
  await server.stop();
});

test('a folder in use by a living process is refused, and that process goes on', async () => {
  const server = await startEmbeddedPostgres({ folder, port: 0 });
  await assert.rejects(
    startEmbeddedPostgres({ folder, port: 0 }),
    new RegExp(`belongs to process ${process.pid}`),
  );
  await withClient(server.url('kept'), (client) => client.query('SELECT 1'));
  await server.stop();
});

test('a taken port is named', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  assert.ok(address && typeof address === 'object');
  await assert.rejects(
    startEmbeddedPostgres({ folder, port: address.port }),
    new RegExp(`Port ${address.port}.* is taken`),
  );
  other.close();
});

test('a server that does not start says why', async () => {
  const settings = { shared_buffers: 'plenty' };
  await assert.rejects(
    startEmbeddedPostgres({ folder, port: 0, settings }),
    /invalid value for parameter "shared_buffers": "plenty"/,
  );
});

test('as root, a folder and binaries that nobody else can reach are no obstacle', {
  skip: process.getuid?.() !== 0 && 'only root runs PostgreSQL as somebody else',
}, async () => {
  // Root's home is closed to others.
  const closed = await mkdtemp(join(homedir(), 'closed-'));
  const server = await startEmbeddedPostgres({ folder: closed, port: 0 });
  try {
    assert.notEqual(server.folder, closed);
    await withClient(server.url('postgres'), (client) => client.query('SELECT 1'));
  } finally {
    await server.stop();
    for (const made of [closed, server.folder]) await rm(made, { recursive: true, force: true });
  }
});
