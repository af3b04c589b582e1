import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findRedisServer } from '../../local/private-redis.ts';

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
    'The tests need Redis: put redis-server on the PATH (apt-get install redis-server, brew install redis), name one to wipe in TEST_REDIS_URL, or add --without-redis.',
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
