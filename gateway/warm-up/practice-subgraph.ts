import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  envelopeSupport,
  envelopeType,
  framesType,
  readEnvelope,
  writeFrame,
} from '../../platform/envelope.ts';

/** Asks both subgraphs of practice.graphql, one for what the other has found, and for lists in lists. */
export const practiceQuery = `query Practice($name: ID!) {
  shelf(name: $name) {
    label
    books(first: 5) { nodes { title notes(first: 3) { nodes { text author { name } } } } }
  }
}`;

/**
 * Stands in for both subgraphs of practice.graphql, on a port of the loopback address: in plain calls and in envelopes, whoever
 * asks, it has one answer to the query's first part, and one to the second.
 */
export async function startPracticeSubgraph(): Promise<{ url: string } & AsyncDisposable> {
  const headers = { 'cache-control': 'max-age=60' };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (request.headers['content-type'] !== envelopeType) {
      response.writeHead(200, {
        ...headers,
        'content-type': 'application/json',
        [envelopeSupport.header]: envelopeSupport.value,
      });
      response.end(answer(JSON.parse(body)));
      return;
    }
    response.writeHead(200, { 'content-type': framesType });
    for (const [index, { operation }] of readEnvelope(body).entries())
      response.write(writeFrame({ index, status: 200, headers }, answer(operation as Operation)));
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Operation {
  readonly variables?: { readonly representations?: readonly unknown[] };
}

function answer({ variables }: Operation): string {
  const representations = variables?.representations;
  return JSON.stringify(
    representations === undefined
      ? { data: { shelf }, extensions: { apolloCacheTags: ['Book.all'] } }
      : {
          data: { _entities: representations.map(() => ({ name: 'a name' })) },
          extensions: { apolloEntityCacheTags: representations.map((_, index) => [`Person:${index}`]) },
        },
  );
}

const shelf = {
  label: 'a label',
  books: {
    nodes: Array.from({ length: 5 }, (_book, book) => ({
      title: 'a title',
      notes: {
        nodes: Array.from({ length: 3 }, (_note, note) => ({
          text: 'a text',
          author: { __typename: 'Person', id: `${book}-${note}` },
        })),
      },
    })),
  },
};
