import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  type EnvelopeMember,
  envelopeSupport,
  envelopeType,
  framesType,
  writeFrame,
} from '../../../platform/envelope.ts';

/** A request that the test answers by hand. */
interface ScriptedRequest {
  /** The queries in it. */
  readonly queries: readonly string[];
  /** undefined: a plain call. */
  readonly members: readonly EnvelopeMember[] | undefined;
  readonly response: ServerResponse;
  /** Answers a plain call, or one member, with its own query. */
  echo(index?: number): void;
}

export interface ScriptedSubgraph extends AsyncDisposable {
  readonly url: string;
  /** The next request, in the order of arrival. */
  next(): Promise<ScriptedRequest>;
  /** How many arrived and were not asked for yet. */
  readonly pending: () => number;
  /** Whether it tells that it reads envelopes. */
  readsEnvelopes: boolean;
}

/** A subgraph whose every byte and moment is the test's. */
export async function startScriptedSubgraph(): Promise<ScriptedSubgraph> {
  const arrived: ScriptedRequest[] = [];
  const wanted: ((request: ScriptedRequest) => void)[] = [];

  const server = createServer(async (request, response) => {
    const body: unknown = JSON.parse(await text(request));
    const members =
      request.headers['content-type'] === envelopeType ? (body as readonly EnvelopeMember[]) : undefined;
    const queries = (members ?? [{ operation: body }]).map(
      ({ operation }) => (operation as { query: string }).query,
    );
    const scripted: ScriptedRequest = {
      queries,
      members,
      response,
      echo(index = 0) {
        const answer = JSON.stringify({ data: { query: queries[index] } });
        if (members !== undefined) {
          if (!response.headersSent) response.writeHead(200, { 'content-type': framesType });
          response.write(writeFrame({ index, status: 200, headers: {} }, answer));
          return;
        }
        const support = subgraph.readsEnvelopes ? { [envelopeSupport.header]: envelopeSupport.value } : {};
        response.writeHead(200, { 'content-type': 'application/json', ...support }).end(answer);
      },
    };
    const taker = wanted.shift();
    if (taker === undefined) arrived.push(scripted);
    else taker(scripted);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const subgraph: ScriptedSubgraph = {
    url: `http://127.0.0.1:${port}/graphql`,
    readsEnvelopes: true,
    pending: () => arrived.length,
    next: async () => arrived.shift() ?? new Promise((resolve) => wanted.push(resolve)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return subgraph;
}
