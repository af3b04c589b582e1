import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { startPrivateRedis } from '../../local/private-redis.ts';
import { createLogger } from '../../platform/logging.ts';
import { createRedisConnection } from '../../platform/redis-connection.ts';

export interface BenchRedis extends AsyncDisposable {
  readonly url: string;
  /** Path of its Unix socket. */
  readonly socket: string;
  readonly pid: number;
  /** Our own connection, for what happens beside the measurements. */
  readonly client: Redis;
  /** What it was asked so far, the scripts of relays (20 a second) included. */
  counters(): Promise<Record<string, number>>;
}

/** The Redis that all systems share, on a Unix socket, keeping nothing on disk. */
export async function startRedis(folder: string): Promise<BenchRedis> {
  const redis = await startPrivateRedis({ folder: join(folder, 'redis') });
  if (redis === undefined)
    throw new Error(
      'This needs Redis: put redis-server on the PATH (apt-get install redis-server, brew install redis).',
    );
  const client = createRedisConnection({
    url: redis.url,
    commandTimeoutMs: 5_000,
    whileAway: 'the benchmark cannot go on',
    logger: createLogger({ name: 'bench', level: 'silent' }),
  });
  await client.connect();
  return {
    url: redis.url,
    socket: redis.path,
    pid: Number(figureOf(await client.info('server'), 'process_id')),
    client,
    async counters() {
      const stats = await client.info('commandstats');
      const calls = (command: string) => Number(figureOf(stats, `cmdstat_${command}`, /^calls=(\d+)/) ?? 0);
      return {
        'Redis GETs': calls('get'),
        'Redis scripts': calls('evalsha') + calls('eval') + calls('fcall') + calls('fcall_ro'),
      };
    },
    async [Symbol.asyncDispose]() {
      client.disconnect();
      await redis.stop();
    },
  };
}

/** From Redis' INFO, whose lines are `name:value`. */
function figureOf(info: string, name: string, part = /^(.*)$/): string | undefined {
  const line = info.split('\r\n').find((candidate) => candidate.startsWith(`${name}:`));
  return part.exec(line?.slice(name.length + 1) ?? '')?.[1];
}
