import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInProcessCache } from '../../../../cache/in-process-cache.ts';
import { createRedisCache } from '../../../../cache/redis-cache.ts';
import type { CacheStore } from '../../../../cache/store.ts';
import { createLogger } from '../../../../platform/logging.ts';
import { until } from '../../../support/poll.ts';
import { freshRedis, withoutRedis } from '../../../support/redis.ts';
import { type Issuer, startIssuer } from '../../support/issuer.ts';
import { startTestGateway, supergraphOf } from '../../support/start-test-gateway.ts';
import { startTestSubgraph, type TestSubgraph } from '../../support/test-subgraph.ts';

/** What the subgraph answers: its headers, and `body` as JSON. */
export interface Part {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface ClientAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** Of `Cache-Status`, without the name of the cache. */
  readonly cacheStatus: string;
}

/** A gateway with a cache in front of subgraphs that answer whatever a test wants, and know who asked. */
export interface CachedNotes extends AsyncDisposable {
  readonly notes: TestSubgraph;
  readonly stars: TestSubgraph;
  readonly issuer: Issuer;
  readonly store: CacheStore;
  /** From now on the subgraph answers like this, whatever it is asked; `subject` is who asks. */
  say(part: (subject: string | null) => Part, subgraph?: TestSubgraph): void;
  ask(query: string, headers?: Record<string, string>): Promise<ClientAnswer>;
  as(subject: string, claims?: Record<string, unknown>): Promise<{ authorization: string }>;
  /** Asks until the answer comes from the cache. */
  hit(query: string, headers?: Record<string, string>): Promise<ClientAnswer>;
  /** How many answers are kept now, those that were on their way to the cache included. */
  kept(): Promise<number>;
}

const sdl = (text: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) ${text}`;

const notesSdl = sdl(`
  type Query { note(id: ID): Note notes: [Note] one: Note! write: Note }
  type Mutation { write: Note }
  type Note @key(fields: "id") { id: ID! text: String title: String! }
`);
const starsSdl = sdl(`
  type Query { best: Note }
  type Note @key(fields: "id") { id: ID! stars: Int }
`);

/** Registers a test once for each store that a gateway can have. */
export function testOnBothCaches(sentence: string, work: (world: CachedNotes) => Promise<void>): void {
  test(`${sentence} (memory)`, async () => {
    await using world = await startCachedNotes(createInProcessCache(1_000_000));
    await work(world);
  });
  test(`${sentence} (Redis)`, { skip: withoutRedis }, async () => {
    await using redis = await freshRedis();
    const logger = createLogger({ name: 'test', level: 'silent' });
    const cache = createRedisCache({ url: redis.url, commandTimeoutMs: 5_000, whileAway: '', logger });
    await cache.connect();
    try {
      await using world = await startCachedNotes(cache.store);
      await work(world);
    } finally {
      cache.close();
    }
  });
}

async function startCachedNotes(cache: CacheStore): Promise<CachedNotes> {
  await using opening = new AsyncDisposableStack();
  const issuer = opening.use(await startIssuer());
  const notes = opening.use(await startTestSubgraph({ name: 'notes', sdl: notesSdl }));
  const stars = opening.use(await startTestSubgraph({ name: 'stars', sdl: starsSdl }));
  const { store, keys } = remembering(cache);
  const gateway = opening.use(
    await startTestGateway({
      supergraph: supergraphOf([notes, stars]),
      env: { ...issuer.env, CACHE: 'on' },
      cacheStore: store,
    }),
  );
  const stack = opening.move();
  let barriers = 0;

  const world: CachedNotes = {
    notes,
    stars,
    issuer,
    store: cache,
    say(part, subgraph = notes) {
      subgraph.answerWith((reply) => {
        const { status = 200, headers = {}, body } = part(subgraph.calls.at(-1)?.viewer?.subject ?? null);
        return reply.code(status).headers(headers).type('application/json').send(JSON.stringify(body));
      });
    },
    async ask(query, headers) {
      const response = await gateway.send({ query }, headers);
      const cacheStatus = response.headers.get('cache-status')?.replace(/^supergraph;/, '') ?? '';
      const text = (await response.text()).trimEnd();
      return { status: response.status, text, headers: response.headers, cacheStatus };
    },
    as: async (subject, claims) => ({
      authorization: `Bearer ${await issuer.token({ sub: subject, ...claims })}`,
    }),
    hit: (query, headers) =>
      until('a hit', async () => {
        const answer = await world.ask(query, headers);
        assert.equal(answer.status, 200, answer.text);
        return answer.cacheStatus.startsWith('hit') ? answer : undefined;
      }),
    async kept() {
      // Answers are kept after they are sent, in that order: once the last one is, all others are.
      const last = `last${barriers}`;
      barriers += 1;
      world.say(() => ({ headers: publicPolicy, body: { data: { [last]: null } } }), stars);
      await world.hit(`{ ${last}: best { id } }`);
      return keys.size - barriers;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  return world;
}

export const publicPolicy = { 'cache-control': 'max-age=60, public' };
export const privatePolicy = { 'cache-control': 'max-age=60, private' };

function remembering(cache: CacheStore): { store: CacheStore; keys: Set<string> } {
  const keys = new Set<string>();
  const store: CacheStore = {
    ...cache,
    async store(answer) {
      const outcome = await cache.store(answer);
      if (outcome.valid) keys.add(answer.key);
      return outcome;
    },
  };
  return { store, keys };
}
