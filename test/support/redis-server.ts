import { spawnSync } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { access, mkdir, symlink } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { findRedisServer } from '../../local/private-redis.ts';

/** Set by whoever wants the tests to run on another server than the `redis-server` of the PATH: Valkey, another version. */
export const redisServerVariable = 'TEST_REDIS_SERVER';

/**
 * Has everything that the run starts, whatever process starts it, take this program for `redis-server`.
 *
 * @param folder of the run
 * @throws Error that names the variable if it can't be run
 */
export async function useRedisServer(program: string, folder: string): Promise<void> {
  await access(program, constants.X_OK).catch((cause: unknown) => {
    throw new Error(`${redisServerVariable}: ${program} is no program that can be run.`, { cause });
  });
  const onPath = join(folder, 'path');
  await mkdir(onPath);
  await symlink(resolve(program), join(onPath, 'redis-server'));
  process.env.PATH = `${onPath}${delimiter}${process.env.PATH}`;
}

/**
 * Makes sure that the tests have a `redis-server` to start. As root on Debian (a container, a build machine) installs
 * it, and says so first.
 *
 * @throws Error with the one line that tells how to go on
 */
export async function requireRedisServer(say: (message: string) => void): Promise<void> {
  if (await findRedisServer()) return;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    say('There is no redis-server on the PATH: installing it with apt-get.');
    if (!install()) {
      // The package lists of an image are often gone or old.
      aptGet('update');
      install();
    }
    if (await findRedisServer()) return;
  }
  throw new Error(
    'The tests need Redis: put redis-server on the PATH (apt-get install redis-server, brew install redis), name another server in TEST_REDIS_SERVER, or one to wipe in TEST_REDIS_URL, or add --without-redis.',
  );
}

function install(): boolean {
  return aptGet('install', '--yes', '--no-install-recommends', 'redis-server');
}

function aptGet(...args: string[]): boolean {
  // RUNLEVEL=1 keeps Debian from starting the service: the tests start servers of their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return (
    spawnSync('apt-get', ['--quiet', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0
  );
}
