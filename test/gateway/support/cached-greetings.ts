import assert from 'node:assert/strict';
import type { FastifyReply } from 'fastify';
import { createInProcessCache } from '../../../cache/in-process-cache.ts';
import type { CacheStore, LookupRequest } from '../../../cache/store.ts';
import { until } from '../../support/poll.ts';
import { type Issuer, startIssuer } from './issuer.ts';
import { openConnection, type RawAnswer, requestText } from './raw-connection.ts';
import { startTestGateway, supergraphOf, type TestGateway } from './start-test-gateway.ts';
import { startTestSubgraph } from './test-subgraph.ts';

/** A gateway with a cache in front of a subgraph that greets, which everybody may keep for a minute. */
export interface CachedGreetings extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly issuer: Issuer;
  /** How often the subgraph was asked. */
  executions(): number;
  /** Sends one request on a connection of its own. */
  send(method: string, target: string, headers?: Record<string, string>, body?: string): Promise<RawAnswer>;
  /** Asks by POST. */
  ask(query: string, headers?: Record<string, string>): Promise<RawAnswer>;
  /** Asks by POST until the answer comes from the cache. */
  hit(query: string, headers?: Record<string, string>): Promise<RawAnswer>;
}

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { greeting(to: String): String words(first: Int): [Word!] }
  type Word { text: String }
`;

export const json = { 'content-type': 'application/json' };
/** Shows that no page made a browser send the request. */
export const preflight = { 'apollo-require-preflight': 'true' };

export function bodyOf(query: string): string {
  return JSON.stringify({ query });
}

export function isHit({ headers }: RawAnswer): boolean {
  return /^supergraph;hit/.test(headers['cache-status'] ?? '');
}

function greet(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'max-age=60, public').send({ data: { greeting: 'hello' } });
}

export async function startCachedGreetings(
  options: {
    env?: Record<string, string>;
    /** By default one of its own, or that on REDIS_URL in `env`. */
    cacheStore?: CacheStore;
    /** What the subgraph says; by default that the greeting may be kept for a minute. */
    answer?: (reply: FastifyReply) => unknown;
  } = {},
): Promise<CachedGreetings> {
  const { env, answer = greet } = options;
  const cacheStore =
    options.cacheStore ?? (env?.REDIS_URL === undefined ? createInProcessCache(1_000_000) : undefined);
  await using opening = new AsyncDisposableStack();
  const issuer = opening.use(await startIssuer());
  const greetings = opening.use(await startTestSubgraph({ name: 'greetings', sdl }));
  greetings.answerWith(answer);
  const gateway = opening.use(
    await startTestGateway({
      supergraph: supergraphOf([greetings]),
      env: { ...issuer.env, CACHE: 'on', CORS_ORIGINS: 'https://app.example.com', ...env },
      ...(cacheStore === undefined ? {} : { cacheStore }),
    }),
  );
  const stack = opening.move();

  const world: CachedGreetings = {
    gateway,
    issuer,
    executions: () => greetings.calls.length,
    async send(method, target, headers = {}, body = '') {
      using connection = await openConnection(gateway.url);
      connection.write(requestText(method, target, headers, body));
      return await connection.answer();
    },
    ask: (query, headers) => world.send('POST', '/graphql', { ...json, ...headers }, bodyOf(query)),
    hit: (query, headers) =>
      until('a hit', async () => {
        const answer = await world.ask(query, headers);
        assert.equal(answer.status, 200, answer.body);
        return isHit(answer) ? answer : undefined;
      }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  return world;
}

/** Notes what gateways claim on a store. */
export function watchClaims(store: CacheStore): { claimed: LookupRequest['keys'][]; watched: CacheStore } {
  const claimed: LookupRequest['keys'][] = [];
  const watched: CacheStore = {
    ...store,
    lookup(request) {
      if (request.claimMs !== undefined) claimed.push(request.keys);
      return store.lookup(request);
    },
  };
  return { claimed, watched };
}
