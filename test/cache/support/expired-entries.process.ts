import { setImmediate as nextTurn } from 'node:timers/promises';
import { buildSchema, GraphQLSchema } from 'graphql';
import { createClaims } from '../../../cache/claims.ts';
import { createLocalCache } from '../../../cache/local-cache.ts';
import { createMemoryStore } from '../../../cache/memory-store.ts';
import { createResponseCache } from '../../../cache/response-cache.ts';
import { createSingleFlight } from '../../../cache/single-flight.ts';
import { maxKeepMs } from '../../../cache/store.ts';
import { unlimited } from '../../../cache/wait-budget.ts';
import { createOperationCosts } from '../../../gateway/cost/operation-cost.ts';
import { cacheKeys } from '../../../gateway/response-cache/cache-keys.ts';
import { createCachedAnswers } from '../../../gateway/response-cache/cached-answers.ts';
import { createAnswerBody } from '../../../gateway/response-cache/content-encoding.ts';
import { createPreparedRequests, knownQuestions } from '../../../gateway/response-cache/prepared-requests.ts';
import { createQueryPreparation } from '../../../gateway/response-cache/query-preparation.ts';
import type { MadeAnswer } from '../../../gateway/response-cache/replies.ts';
import { createTagDescriptions } from '../../../gateway/response-cache/tag-description.ts';
import { createBoundedMemo } from '../../../platform/bounded-memo.ts';
import { Departure } from '../../../platform/departure.ts';
import { until } from '../../support/poll.ts';
import { answer } from './answers.ts';

/**
 * Has each part of the cache keep a great many things for a while, and tells how much memory it has still when the time
 * of all of them is over. In a process of its own, with `--expose-gc`: nobody else uses its memory.
 */
export interface Remains {
  readonly part: string;
  /** In bytes, when all garbage was collected. */
  readonly grown: number;
  /** What the limits of the part come to. */
  readonly allowed: number;
}

interface Part {
  readonly allowed: number;
  /** @returns what the owner of the part still holds */
  play(): Promise<unknown>;
}

const million = 1_000_000;
const megabyte = 1_000_000;
/** How much an object takes is known roughly, and maps grow by doubling. */
const roughly = 2.5;
/** A tag with its clock: in a map, and in a log of which half may be dead. */
const bytesPerMark = 250;
/** A short name as the key of a map. */
const bytesPerName = 130;
/** What parts are told to keep at most, that are told. */
const bytesOfPart = megabyte;
/** Of requests, and as much again of documents: reading those takes longest. */
const bytesOfRequests = 100_000;
/** Code and metadata that a part is the first to need. */
const slack = 3 * megabyte;

/** Of memory-store.ts. */
const mostClaims = 10_000;
/** Of cached-answers.ts. */
const mostPrivateQuestions = 50_000;
const privateAnswers = 30_000;
/** Of local-cache.ts. */
const mostLocalMarks = 50_000;

let nowMs = 1_800_000_000_000;
const now = () => nowMs;
const openStore = (maxBytes = bytesOfPart) => createMemoryStore({ maxBytes, now, distinction: '0a0b0c0d' });
const times = async (count: number, work: (index: number) => Promise<unknown>) => {
  for (let index = 0; index < count; index += 1) await work(index);
};
/** So many at once, as clients come. */
const together = (count: number, work: (index: number) => Promise<unknown>) =>
  times(count / 1_000, (round) =>
    Promise.all(Array.from({ length: 1_000 }, (_, index) => work(round * 1_000 + index))),
  );

const parts: Record<string, Part> = {
  'answers and claims of the store': {
    allowed: roughly * bytesOfPart + mostClaims * bytesPerName,
    async play() {
      const store = openStore();
      await times(million, async (index) => {
        const key = `key ${index}`;
        const { position } = await store.lookup({ keys: [key], encoding: 'identity', claimMs: 2_000 });
        // Of every other one the claim is never ended.
        if (index % 2 === 0) await store.store(answer(position, { key, tags: [`posts/Post:${index}`] }));
      });
      nowMs += 120_001;
      return store;
    },
  },

  'marks that are older than any answer': {
    allowed: 0,
    async play() {
      const store = openStore();
      await times(200, (round) =>
        store.invalidate(Array.from({ length: 1_000 }, (_, tag) => `posts/Post:${round}-${tag}`)),
      );
      await times(500, async () => {
        nowMs += maxKeepMs / 100;
        await store.invalidate(['posts/Post:now']);
      });
      return store;
    },
  },

  'answers and marks of the local cache': {
    // As many marks in the store as are made below.
    allowed: roughly * bytesOfPart + (mostLocalMarks + 200 * 350) * bytesPerMark,
    async play() {
      const store = openStore(0);
      const local = createLocalCache({ store, maxBytes: bytesOfPart, maxLagMs: 0, now });
      const last = { keys: ['last'], encoding: 'identity' } as const;
      await local.lookup(last);
      const { position } = await store.status();
      const kept = { ...answer(position), body: Buffer.alloc(200), encoding: 'identity', ageMs: 0 };
      await times(million, async (index) =>
        local.keep({ ...kept, key: `key ${index}` }, 'identity', position),
      );
      nowMs += 120_001;
      // It asks only where there is something to serve.
      await times(200, async (round) => {
        const at = await store.invalidate(
          Array.from({ length: 300 }, (_, tag) => `posts/Post:${round}-${tag}`),
        );
        local.keep({ ...kept, position: at, key: 'last', tags: [] }, 'identity', at);
        await local.lookup(last);
      });
      if (local.bytes > bytesOfPart) throw new Error(`${local.bytes} bytes are kept`);
      return { store, local };
    },
  },

  'claims that nobody ended': {
    allowed: 0,
    async play() {
      const claims = createClaims();
      for (let index = 0; index < 100_000; index += 1) claims.hold(`key ${index}`, 1);
      await until('the end of the last', async () => !claims.holds('key 99999') || undefined);
      return claims;
    },
  },

  'work that was shared': {
    allowed: 0,
    async play() {
      const flights = createSingleFlight<string>(async (_, position) => ({ valid: true, position }));
      const position = { epoch: 'e', clock: 0 };
      const accepts = () => true;
      await together(100_000, (index) => {
        const work = async () => {
          await nextTurn();
          if (index % 4 < 2) throw new Error('failed');
          return 'made';
        };
        return flights.run(`key ${index >> 1}`, { position, work, accepts }).catch(() => undefined);
      });
      return flights;
    },
  },

  'requests that are recognised': {
    allowed: 2 * roughly * bytesOfRequests + knownQuestions * bytesPerName,
    async play() {
      const schema = buildSchema('type Query { user(id: ID): String }');
      const prepared = createPreparedRequests({
        schema,
        supergraphHash: 'h',
        costs: createOperationCosts(schema, { weights: new Map(), listSizes: new Map() }),
        release: '',
        limits: { maxTokens: 1_000, maxDepth: 10, maxCost: 1_000, mode: 'enforce' },
        memoryBytes: bytesOfRequests,
      });
      // Recognised is what is asked again.
      const ask = (query: string, variables: object) => {
        const body = Buffer.from(JSON.stringify({ query, variables }));
        for (let time = 0; time < 3; time += 1) prepared.prepare({ method: 'POST', body }, 'json');
      };
      for (let index = 0; index < 20_000; index += 1) ask('query ($id: ID) { user(id: $id) }', { id: index });
      for (let index = 0; index < 8_000; index += 1) ask(`{ alias${index}: user }`, {});
      return prepared;
    },
  },

  'what is remembered of questions': {
    allowed: mostPrivateQuestions * bytesPerName,
    async play() {
      const memo = createBoundedMemo<true>(mostPrivateQuestions);
      for (let index = 0; index < million; index += 1) memo.set(`question ${index}`, true, 1);
      return memo;
    },
  },

  'private answers of a gateway': {
    allowed: roughly * (2 * bytesOfPart) + (mostClaims + privateAnswers) * bytesPerName,
    async play() {
      const store = openStore();
      const local = createLocalCache({ store, maxBytes: bytesOfPart, maxLagMs: 0, now });
      const tagDescriptions = createTagDescriptions(() => true);
      const answers = createCachedAnswers({
        cache: createResponseCache({ store, local }),
        queries: createQueryPreparation({
          preparedRequests: () => ({
            prepare(raw) {
              const question = raw.method === 'GET' ? raw.search : '';
              return {
                kind: 'query',
                question,
                anonymousKeys: cacheKeys(question, null),
                asked: {
                  schema: new GraphQLSchema({}),
                  text: '',
                  operationName: undefined,
                  variables: {},
                  form: 'json',
                  cost: 1,
                },
                registers: undefined,
              };
            },
          }),
          persistedDocument: async () => undefined,
          offersToCdns: false,
        }),
        registerDocument: async () => {},
        tagDescriptions,
        offersToCdns: false,
        countLookup: () => {},
        countNotStored: () => {},
      });
      await together(privateAnswers, async (index) => {
        const recalled = await answers.recall(
          {
            raw: { method: 'GET', search: `question ${index}` },
            method: 'GET',
            headers: { 'apollo-require-preflight': 'true' },
            viewer: { subject: `viewer ${index}` },
            after: undefined,
            looksPastCache: false,
          },
          unlimited,
        );
        if (recalled.reply === undefined)
          await recalled.answer(async () => privateAnswer(index), new Departure());
      });
      nowMs += 120_001;
      return { answers, tagDescriptions };
    },
  },
};

function privateAnswer(index: number): MadeAnswer {
  return {
    status: 200,
    headers: {},
    body: createAnswerBody(Buffer.from(`{"data":{"index":${index}}}`)),
    policy: {
      storable: true,
      scope: 'viewer',
      freshMs: 60_000,
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: 0,
      ageMs: index % 1_000,
      tags: [`posts/Post:${index}`],
      subgraphs: ['posts'],
      timeOnly: [],
    },
    relays: [],
    tagIdTypes: new Map([['posts', { Post: 'Post', [`Post.list${index}`]: 'Post' }]]),
  };
}

async function bytesInUse(): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Needs --expose-gc.');
  // What was stored after its answer was given, and what finalizers free, takes some turns.
  for (let round = 0; round < 3; round += 1) {
    await nextTurn();
    gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function measure(part: string, { allowed, play }: Part): Promise<Remains> {
  const before = await bytesInUse();
  const held = await play();
  const grown = (await bytesInUse()) - before;
  // Named after it was measured, or it would have been garbage, too.
  if (held === undefined) throw new Error('Nothing is held that could have grown.');
  return { part, grown, allowed: allowed + slack };
}

for (const [name, part] of Object.entries(parts)) process.send?.(await measure(name, part));
