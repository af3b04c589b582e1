import { Redis } from 'ioredis';
import { type PrivateRedis, startPrivateRedis } from '../../../local/private-redis.ts';

/** A server that can be killed, and started again. */
export interface RedisServer {
  /** For who connects by socket. */
  readonly path: string;
  signal(signal: NodeJS.Signals): Promise<void>;
  /** Kills it and starts it anew, with what it last saved. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** @param folder where it has its socket, and what it saves */
export async function startRedisServer(folder: string): Promise<RedisServer> {
  const start = async () => {
    const started = await startPrivateRedis({ folder });
    if (started === undefined) throw new Error('There is no redis-server on the PATH.');
    return { ...started, pid: await pidOf(started) };
  };
  let server = await start();
  const signal = async (name: NodeJS.Signals) => {
    process.kill(server.pid, name);
  };
  return {
    path: server.path,
    signal,
    async restart() {
      // It may be dead already.
      await signal('SIGKILL').catch(() => {});
      server = await start();
    },
    async stop() {
      // One that a failed test left hanging doesn't hear that it is to stop.
      await signal('SIGCONT').catch(() => {});
      await server.stop();
    },
  };
}

async function pidOf({ path }: PrivateRedis): Promise<number> {
  const client = new Redis(path);
  const info = await client.info('server');
  client.disconnect();
  return Number(/process_id:(\d+)/.exec(info)?.[1]);
}
