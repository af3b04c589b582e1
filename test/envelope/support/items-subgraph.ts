import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Redis } from 'ioredis';
import { CodedError } from '../../../platform/errors.ts';
import type { Logger } from '../../../platform/logging.ts';
import { createMetrics } from '../../../platform/metrics.ts';
import type { Secrets } from '../../../platform/signed-call.ts';
import type { RequestContext } from '../../../subgraphs/shared/request-context.ts';
import { createSubgraphServer } from '../../../subgraphs/shared/subgraph-server.ts';

export const secret = 'the-secret-that-tests-sign-calls-with';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  directive @cacheControl(maxAge: Int) on FIELD_DEFINITION | OBJECT
  type Query {
    number(of: Int!): Int @cacheControl(maxAge: 60)
    viewer: String @cacheControl(maxAge: 30)
    session: String
    forbidden: Int
    broken: Int
    required: Int!
    "Answers once the test lets it."
    held(gate: String!): Held
    text(length: Int!): String
    items(count: Int!): [Item!]
  }
  type Mutation { increment: Int clientAddress: String }
  type Held { gate: String! after: Int }
  type Item @key(fields: "id") @cacheControl(maxAge: 20) { id: ID! name: String owner: String size: Int! }
`;

export interface ItemsSubgraph extends AsyncDisposable {
  readonly url: string;
  /** What `held` waits for. */
  readonly gate: (name: string) => PromiseWithResolvers<void>;
  /** Of every `held` that was asked for, in order: whether anybody still waits. */
  readonly waits: readonly RequestContext['signal'][];
  /** How often `after` was read. */
  readonly readAfter: () => number;
  /** Ends it as a deployment would: what was begun is finished. */
  stop(): Promise<void>;
}

/** A subgraph of ours with an answer of every kind. */
export async function startItemsSubgraph(options: {
  logger: Logger;
  secrets?: Secrets;
  sharedMemory?: Redis;
  port?: number;
}): Promise<ItemsSubgraph> {
  const folder = await mkdtemp(join(tmpdir(), 'subgraph-'));
  const schemaFile = join(folder, 'schema.graphql');
  await writeFile(schemaFile, sdl);
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const gate = (name: string) => {
    const existing = gates.get(name) ?? Promise.withResolvers<void>();
    gates.set(name, existing);
    return existing;
  };
  const waits: RequestContext['signal'][] = [];
  let readAfter = 0;
  let increments = 0;

  const fails = () => {
    throw new Error('password=hunter2');
  };
  const item = (id: string) => ({ id, name: `Item ${id}` });
  const service = createSubgraphServer({
    name: 'items',
    host: '127.0.0.1',
    port: options.port ?? 0,
    adminPort: 0,
    secrets: options.secrets ?? [secret],
    sharedMemory: options.sharedMemory,
    schemaFile: pathToFileURL(schemaFile),
    resolvers: {
      Query: {
        number: (_parent: unknown, { of }: { of: number }, { answer }: RequestContext) => {
          answer.record(`items/Number:${of}`);
          return of;
        },
        viewer: (_parent: unknown, _args: unknown, { viewer }: RequestContext) =>
          viewer.read()?.subject ?? null,
        session: (_parent: unknown, _args: unknown, { viewer }: RequestContext) => viewer.readSession(),
        forbidden: () => {
          throw new CodedError('FORBIDDEN');
        },
        broken: fails,
        required: fails,
        held: async (_parent: unknown, args: { gate: string }, { signal }: RequestContext) => {
          waits.push(signal);
          await gate(args.gate).promise;
          return { gate: args.gate };
        },
        text: (_parent: unknown, { length }: { length: number }) => 'ü\n'.repeat(length / 2),
        items: (_parent: unknown, { count }: { count: number }) =>
          Array.from({ length: count }, (_, index) => item(String(index))),
      },
      Mutation: {
        increment: () => ++increments,
        clientAddress: (_parent: unknown, _args: unknown, { clientAddress }: RequestContext) => clientAddress,
      },
      Held: {
        after: () => {
          readAfter += 1;
          return 1;
        },
      },
      Item: {
        __resolveReference: ({ id }: { id: string }) => (id === 'gone' ? null : item(id)),
        owner: (_parent: unknown, _args: unknown, { viewer }: RequestContext) =>
          viewer.read()?.subject ?? null,
        size: ({ id }: { id: string }) => (id === '3' ? fails() : id.length),
      },
    },
    createContext: (request) => request,
    readiness: {},
    logger: options.logger,
    metrics: createMetrics('items'),
    close: () => rm(folder, { recursive: true, force: true }),
  });
  await service.start();
  return {
    url: service.url,
    gate,
    waits,
    readAfter: () => readAfter,
    stop: () => service.stop(),
    async [Symbol.asyncDispose]() {
      for (const { resolve } of gates.values()) resolve();
      await service.stop();
    },
  };
}
