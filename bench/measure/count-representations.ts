import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface RepresentationCounter extends AsyncDisposable {
  /** Where gateways ask instead. */
  readonly url: string;
  /** How many representations came by since the last look, and how many different ones. */
  take(): { readonly sent: number; readonly distinct: number };
}

/** Stands before a subgraph, passes on what it is asked as it is, and looks at the representations. */
export async function countRepresentations(subgraphUrl: string): Promise<RepresentationCounter> {
  let seen: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    if (body.length > 0) seen.push(...representationsIn(JSON.parse(body.toString())));
    const { method, headers, url = '' } = incoming;
    const asking = request(new URL(url, subgraphUrl), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    asking.on('error', () => outgoing.destroy());
    asking.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${new URL(subgraphUrl).pathname}`,
    take() {
      const taken = seen;
      seen = [];
      return { sent: taken.length, distinct: new Set(taken).size };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Of all calls in a body, whatever they are packed in. */
function representationsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    name === 'representations' && Array.isArray(part)
      ? part.map((representation) => JSON.stringify(representation))
      : representationsIn(part),
  );
}
