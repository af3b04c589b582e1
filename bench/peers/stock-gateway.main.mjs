// Plain JavaScript: its packages are in bench/package.json, and the project's type check must not need them.
import { readFile } from 'node:fs/promises';
import { ApolloServer } from '@apollo/server';
import responseCachePlugin from '@apollo/server-plugin-response-cache';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { Redis } from 'ioredis';
import { signCall } from '../../platform/signed-call.ts';
import { viewerOf } from './viewer.mjs';

// It reports to its maker otherwise; read when it is loaded.
process.env.APOLLO_TELEMETRY_DISABLED = '1';
const { ApolloGateway, RemoteGraphQLDataSource } = await import('@apollo/gateway');

const {
  PORT,
  REDIS_URL = '',
  RESPONSE_CACHE = 'on',
  SUBGRAPH_SECRET = '',
  SUBGRAPH_URLS = '',
  SUPERGRAPH_FILE = '',
} = process.env;
const urls = new Map(
  SUBGRAPH_URLS.split(',').map((pair) => [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)]),
);

let calls = 0;

/** Our subgraphs answer signed calls only; others, which have no secret, any. */
class SigningDataSource extends RemoteGraphQLDataSource {
  /** @param {import('@apollo/gateway').GraphQLDataSourceProcessOptions} options */
  willSendRequest({ request, context }) {
    calls += 1;
    if (SUBGRAPH_SECRET === '') return;
    // The data source sends exactly this.
    const { http, ...body } = request;
    const { viewer = null } = context;
    const signed = { audience: this.name, viewer, body: JSON.stringify(body), now: Date.now() };
    for (const [name, value] of Object.entries(signCall({ secrets: [SUBGRAPH_SECRET], ...signed })))
      http?.headers.set(name, value);
  }
}

/**
 * What the plugin keeps answers in, as its documentation has it.
 *
 * @returns {import('@apollo/utils.keyvaluecache').KeyValueCache}
 */
function openCache() {
  const redis = new Redis(new URL(REDIS_URL).pathname);
  return {
    get: async (key) => (await redis.get(key)) ?? undefined,
    set: async (key, value, { ttl } = {}) => {
      await (ttl ? redis.set(key, value, 'EX', ttl) : redis.set(key, value));
    },
    delete: (key) => redis.del(key),
  };
}

const server = new ApolloServer({
  gateway: new ApolloGateway({
    supergraphSdl: await readFile(SUPERGRAPH_FILE, 'utf8'),
    buildService: ({ name }) => new SigningDataSource({ name, url: urls.get(name) }),
  }),
  ...(RESPONSE_CACHE === 'on' ? { cache: openCache(), plugins: [responseCachePlugin()] } : {}),
});
await server.start();
const app = express();
app.get('/subgraph-calls', (_request, response) => response.json(calls));
const context = async ({ req }) => ({ viewer: await viewerOf(req.headers.authorization) });
app.use('/graphql', express.json(), expressMiddleware(server, { context }));
app.listen(Number(PORT), '127.0.0.1');
