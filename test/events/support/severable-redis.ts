import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface SeverableRedis extends AsyncDisposable {
  /** For `REDIS_URL`: leads to the Redis as long as the way isn't cut. */
  readonly url: string;
  /** Breaks every connection and refuses new ones. The Redis itself keeps running, with its data. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** A way to a Redis that a test can cut, as a network does. */
export async function severable(redisUrl: string): Promise<SeverableRedis> {
  const target = new URL(redisUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const redis =
      target.protocol === 'unix:'
        ? connect(decodeURIComponent(target.pathname))
        : connect(Number(target.port || 6379), target.hostname);
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  let port = 0;
  const mend = async () => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address === 'object') port = address.port;
  };
  const cut = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };

  await mend();
  const url = new URL(target.protocol === 'unix:' ? 'redis://127.0.0.1' : redisUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return { url: url.href, cut, mend, [Symbol.asyncDispose]: cut };
}
