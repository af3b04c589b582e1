import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/free-port.ts';
import { readText } from '../deploy/house-files.ts';

/** Why nginx can't be started here, for the `skip` option of tests that need it. */
export const withoutNginx: string | false =
  spawnSync('nginx', ['-v']).error === undefined
    ? false
    : 'nginx is not installed: its configuration was not tried (Debian: apt-get install nginx-light)';

export interface Nginx {
  /** The GraphQL endpoint, through it. */
  readonly url: string;
  stop(): Promise<void>;
}

/** deploy/nginx.conf as it is, in front of two servers in the gateways' place; only addresses are changed. */
export async function startNginx(gatewayPorts: readonly [number, number]): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
  // Started as root, its workers are somebody else.
  await chmod(folder, 0o755);
  const port = await freePort();
  const [first, second] = gatewayPorts;
  const configuration = readText('deploy/nginx.conf')
    .replaceAll('/tmp/', `${folder}/`)
    .replace('/dev/stdout', join(folder, 'access.log'))
    .replace('listen 4000;', `listen 127.0.0.1:${port};`)
    .replace('127.0.0.1:8081', `127.0.0.1:${await freePort()}`)
    .replace('gateway-1:4000', `127.0.0.1:${first}`)
    .replace('gateway-2:4000', `127.0.0.1:${second}`);
  const file = join(folder, 'nginx.conf');
  await writeFile(file, configuration);

  const checked = spawnSync('nginx', ['-t', '-e', 'stderr', '-c', file], { encoding: 'utf8' });
  assert.equal(checked.status, 0, checked.stderr);
  const nginx = spawn('nginx', ['-e', 'stderr', '-c', file, '-g', 'daemon off;'], { stdio: 'ignore' });
  const exited = once(nginx, 'exit');
  await untilListening(port, exited);
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    async stop() {
      nginx.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}

/** Tries again until nginx listens; it opens its port within milliseconds, or exits. */
async function untilListening(port: number, exited: Promise<unknown>): Promise<void> {
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  while (!gone) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await new Promise(setImmediate);
    } finally {
      socket.destroy();
    }
  }
  throw new Error('nginx exited');
}
