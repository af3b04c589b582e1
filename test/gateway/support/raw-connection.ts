import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection on which a test decides what is sent, in which pieces and when; a client library would decide for it. */
export interface RawConnection extends Disposable {
  /** Each character is a byte. */
  write(piece: string): void;
  /** The next answer, in the order in which they arrive. Rejects if the connection ends before it is there. */
  answer(): Promise<RawAnswer>;
  /** Says that nothing more is sent, and goes on listening. */
  finish(): void;
  /** Hangs up. */
  end(): void;
}

export async function openConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.setNoDelay();
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (piece) => {
    received += piece;
  });
  socket.on('error', () => {});

  const answer = async (): Promise<RawAnswer> => {
    for (;;) {
      const parsed = parseAnswer(received);
      if (parsed !== undefined) {
        received = parsed.rest;
        return parsed.answer;
      }
      if (socket.closed) throw new Error(`The connection ended after ${JSON.stringify(received)}.`);
      await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    }
  };
  return {
    write: (piece) => void socket.write(piece, 'latin1'),
    answer,
    finish: () => void socket.end(),
    end: () => void socket.destroy(),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** The text of a request; its length is told where there is a body, unless the headers say how it is sent. */
export function requestText(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): string {
  const isSized = 'content-length' in headers || 'transfer-encoding' in headers;
  const all = {
    host: 'gateway.test',
    ...(body === '' || isSized ? {} : { 'content-length': String(body.length) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** A body in chunks of so many characters at most. */
export function inChunks(body: string, size: number): string {
  const chunks = body.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
  return [...chunks, ''].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
}

function parseAnswer(received: string): { answer: RawAnswer; rest: string } | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = received.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const bodyEnd = end + 4 + Number(headers['content-length'] ?? 0);
  if (received.length < bodyEnd) return undefined;
  const answer = {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body: received.slice(end + 4, bodyEnd),
  };
  return { answer, rest: received.slice(bodyEnd) };
}
