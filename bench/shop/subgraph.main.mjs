// Plain JavaScript: its packages are in bench/package.json, and the project's type check must not need them.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { parentPort, workerData } from 'node:worker_threads';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { countedAs } from './shop.ts';
import { shopSubgraphs } from './subgraphs.ts';

/**
 * One subgraph on Apollo Server, in a thread of the shop. It reads plain calls, and asks for no signature.
 *
 * @type {import('./shop.ts').SubgraphThread}
 */
const { name, size, counts } = workerData;
const subgraph = shopSubgraphs.find((candidate) => candidate.name === name);
if (subgraph === undefined) throw new Error(`the shop has no subgraph ${name}`);
const schema = buildSubgraphSchema({ typeDefs: parse(subgraph.sdl), resolvers: subgraph.resolvers(size) });
countRepresentations(schema.getQueryType()?.getFields()._entities);

const apollo = new ApolloServer({
  schema,
  plugins: [
    {
      async requestDidStart() {
        Atomics.add(counts, countedAs.fetches, 1);
      },
    },
  ],
});
await apollo.start();
// Idle connections are kept: the stock gateway fails what it sends on one that is being closed (apollographql/federation#2313).
const server = createServer({ keepAliveTimeout: 0 }, answer);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
parentPort?.postMessage(server.address().port);

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(request, response) {
  const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method ?? '',
      headers: new HeaderMap(Object.entries(request.headers).map(([key, value]) => [key, String(value)])),
      search: '',
      body: await json(request),
    },
    context: async () => ({}),
  });
  response.writeHead(status ?? 200, Object.fromEntries(headers));
  response.end(body.kind === 'complete' ? body.string : undefined);
}

/**
 * How many entities a fetch names, and how many of them are not the same as another one of it.
 *
 * @param {import('graphql').GraphQLField} entities
 */
function countRepresentations(entities) {
  const { resolve } = entities;
  entities.resolve = (source, args, context, info) => {
    const { representations } = args;
    Atomics.add(counts, countedAs.representations, representations.length);
    const distinct = new Set(representations.map((representation) => JSON.stringify(representation)));
    Atomics.add(counts, countedAs.distinctRepresentations, distinct.size);
    return resolve(source, args, context, info);
  };
}
