import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { LoadRequest } from './load-generator.ts';

/** Clients with a connection each, that ask the same at the same moment. */
export interface Herd extends Disposable {
  /**
   * @param size how many of them ask
   * @returns what each of them got
   */
  ask(body: string, size: number): Promise<HerdAnswer[]>;
}

export interface HerdAnswer {
  /** From when the first of them asked. */
  readonly ms: number;
  readonly status: number;
  /** As it came, but for what HTTP put around its parts. */
  readonly body: Buffer;
}

/**
 * Connects them. Sockets and nothing else, because two hundred requests of Node's own HTTP client would take longer to be
 * sent than many an answer to be made.
 */
export async function gatherHerd(
  { url, method, headers }: Omit<LoadRequest, 'body'>,
  size: number,
): Promise<Herd> {
  const { hostname, port, pathname, host } = new URL(url);
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${pathname} HTTP/1.1\r\n${lines.join('')}`;
  const sockets = await Promise.all(
    Array.from({ length: size }, async () => {
      const socket = connect(Number(port), hostname).setNoDelay();
      await once(socket, 'connect');
      return socket;
    }),
  );
  return {
    ask(body, asking) {
      const request = `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
      const started = performance.now();
      return Promise.all(sockets.slice(0, asking).map((socket) => exchange(socket, request, started)));
    },
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function exchange(socket: Socket, request: string, started: number): Promise<HerdAnswer> {
  const answer = Promise.withResolvers<HerdAnswer>();
  let received: Buffer = Buffer.alloc(0);
  const read = (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const response = parseResponse(received);
    if (response !== undefined) answer.resolve({ ms: performance.now() - started, ...response });
  };
  const fail = () => answer.reject(new Error('the connection was closed before the answer'));
  socket.on('data', read);
  socket.on('error', fail);
  socket.on('close', fail);
  socket.write(request);
  try {
    return await answer.promise;
  } finally {
    socket.off('data', read);
    socket.off('error', fail);
    socket.off('close', fail);
  }
}

/** An HTTP/1.1 response (RFC 9112) whose end is known by its length or its last chunk; undefined while there is more to come. */
export function parseResponse(received: Buffer): Pick<HerdAnswer, 'status' | 'body'> | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const head = received.toString('latin1', 0, headEnd);
  const rest = received.subarray(headEnd + 4);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
  const [, length] = /^content-length: *(\d+)/im.exec(head) ?? [];
  const body = length === undefined ? readChunks(rest) : readLength(rest, Number(length));
  return body && { status, body };
}

function readLength(rest: Buffer, length: number): Buffer | undefined {
  return rest.length < length ? undefined : rest.subarray(0, length);
}

function readChunks(rest: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let start = 0; ; ) {
    const sizeEnd = rest.indexOf('\r\n', start);
    if (sizeEnd === -1) return undefined;
    const size = Number.parseInt(rest.toString('latin1', start, sizeEnd), 16);
    const end = sizeEnd + 2 + size + 2;
    if (rest.length < end) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(rest.subarray(sizeEnd + 2, sizeEnd + 2 + size));
    start = end;
  }
}
