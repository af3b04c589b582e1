import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** What it does with a call whose body it has read. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => unknown;

export interface HostileSubgraph extends AsyncDisposable {
  readonly url: string;
  /** How many calls came in. */
  calls: number;
  /** undefined: it answers properly. */
  behaviour: Behaviour | undefined;
}

/** A server in place of the reviews subgraph of the shop, which answers well or as the test says. */
export async function startHostileSubgraph(): Promise<HostileSubgraph> {
  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    hostile.calls += 1;
    if (hostile.behaviour !== undefined) hostile.behaviour(response, request);
    else answer(response, goodAnswer(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const hostile: HostileSubgraph = {
    url: `http://127.0.0.1:${port}/graphql`,
    calls: 0,
    behaviour: undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return hostile;
}

export function answer(
  response: ServerResponse,
  body: string | Buffer,
  headers: Record<string, string> = {},
) {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
}

/** Writes the piece again and again, as fast as it is read, until the connection is closed. */
export function writeEndlessly(response: ServerResponse, piece: Buffer, onWritten: (bytes: number) => void) {
  const write = () => {
    while (!response.destroyed) {
      onWritten(piece.length);
      if (!response.write(piece)) break;
    }
  };
  response.on('drain', write);
  write();
}

function goodAnswer(body: string): string {
  const { variables } = JSON.parse(body) as { variables?: { representations?: unknown[] } };
  const entities = (variables?.representations ?? []).map(() => ({
    __typename: 'Product',
    reviews: [{ text: 'good' }],
  }));
  return JSON.stringify({ data: { _entities: entities } });
}
