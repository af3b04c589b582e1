import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { parse } from 'graphql';
import type { Redis } from 'ioredis';
import { createAdminServer, type ReadinessCheck } from '../../platform/admin-server.ts';
import { CodedError } from '../../platform/errors.ts';
import { letClientsGo } from '../../platform/let-clients-go.ts';
import type { Logger } from '../../platform/logging.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { Service } from '../../platform/service.ts';
import type { Secrets } from '../../platform/signed-call.ts';
import { createAnswerRecordPlugin } from './answer-record-plugin.ts';
import { attributeFields } from './attribute-fields.ts';
import type { CacheRelay } from './cache-relay.ts';
import { createKnownQueries } from './compiled/known-queries.ts';
import { createDocumentStore } from './document-store.ts';
import { createFieldErrors } from './field-errors.ts';
import { createGraphqlEndpoint } from './graphql-endpoint.ts';
import { createMutationFlushPlugin } from './mutation-flush-plugin.ts';
import { createReplayGuard } from './replay-guard.ts';
import { replayedMutationsPlugin } from './replayed-mutations-plugin.ts';
import type { RequestContext } from './request-context.ts';
import { stopGivenUp } from './stop-given-up.ts';
import { createWaiting, type Waiting } from './waiting.ts';

type ResolverMap = Extract<
  Parameters<typeof buildSubgraphSchema>[0],
  { typeDefs: unknown; resolvers?: unknown }
>['resolvers'] &
  object;

/** Longer than the gateway keeps an idle connection, so that it is never the subgraph that closes one in use. */
const keepAliveTimeoutMs = 72_000;

/** What a subgraph does besides answering. */
export interface BackgroundWork {
  /** Begins and returns; what it needs may be away, now or later. */
  start(): void;
  /** Ends what is being done, within seconds; safe to call without a start. */
  stop(): Promise<void>;
}

export interface SubgraphOptions<Context extends RequestContext> {
  /** As `supergraph.yaml` has it: gateways sign each call for the subgraph of this name. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly adminPort: number;
  /** Who may call: see platform/signed-call.ts. */
  readonly secrets: Secrets;
  /**
   * Where its replicas learn of each other's mutations; connected at the start, and closed at the end. Without one, each knows
   * its own calls.
   */
  readonly sharedMemory?: Redis | undefined;
  /** The file that is composed, served and generated from. */
  readonly schemaFile: URL;
  /** The generated `Resolvers` type has checked them; here they are only handed on. */
  readonly resolvers: object;
  /** Adds what one request's resolvers need (loaders, above all) to what every request has. */
  readonly createContext: (request: RequestContext) => Context;
  /** Is told who waits for answers, for those who do work that nobody may be waiting for any more. */
  readonly waiting?: Waiting;
  readonly readiness: Readonly<Record<string, ReadinessCheck>>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Adds routes that need no signature. */
  readonly addPublicRoutes?: (app: FastifyInstance) => void;
  /** Started when requests are taken, stopped after the last answer and before `close`. */
  readonly background?: BackgroundWork;
  /** Started before requests are taken, asked at every mutation, stopped after `background`. */
  readonly cacheRelay?: CacheRelay;
  /** Of which type the UUIDs in the tags of its answers are: see answer-record-plugin.ts. */
  readonly tagIdTypes?: Readonly<Record<string, string>>;
  /** Closes what the factory opened; called once, after the last answer. */
  readonly close: () => Promise<void>;
}

/**
 * A subgraph as an HTTP service: GraphQL on `/graphql` for calls that the gateway signed, nothing for anybody else.
 */
export function createSubgraphServer<Context extends RequestContext>(
  options: SubgraphOptions<Context>,
): Service {
  const { logger, metrics } = options;
  const schemaOf = () =>
    buildSubgraphSchema({
      typeDefs: parse(readFileSync(options.schemaFile, 'utf8')),
      resolvers: options.resolvers as ResolverMap,
    });
  const vouchedFor = { hasRelay: options.cacheRelay !== undefined, tagIdTypes: options.tagIdTypes };
  const fieldErrors = createFieldErrors(logger);
  // A schema of its own: what graphql-js can't do, and Apollo Server for the sake of its plugins, is wrapped round the resolvers.
  const knownQueries = createKnownQueries<Context>({
    schema: schemaOf(),
    vouchedFor,
    formatError: fieldErrors.format,
  });
  const apollo = new ApolloServer<Context>({
    schema: stopGivenUp(attributeFields(schemaOf())),
    // Whoever can sign a call can read the schema from `_service` anyway.
    introspection: true,
    // The gateway sends documents it made itself; it asks for no persisted ones.
    persistedQueries: false,
    documentStore: createDocumentStore(),
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      createAnswerRecordPlugin(vouchedFor),
      fieldErrors.plugin,
      knownQueries.plugin,
      replayedMutationsPlugin,
      ...(options.cacheRelay ? [createMutationFlushPlugin(options.cacheRelay.flush)] : []),
    ],
    formatError: (formatted, error) => fieldErrors.format(formatted, error),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger,
  });

  const durations = metrics.durations('http_request_duration_seconds', 'Time to answer a request', [
    'status',
  ]);
  const answerGraphql = createGraphqlEndpoint({
    apollo,
    knownQueries,
    name: options.name,
    secrets: options.secrets,
    replayGuard: createReplayGuard(options.sharedMemory),
    waiting: options.waiting ?? createWaiting(),
    createContext: options.createContext,
    logger,
  });
  const app = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    // The label is the gateway's, too.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    requestIdHeader: 'x-request-id',
    return503OnClosing: false,
    serverFactory: (route) =>
      createServer({ keepAliveTimeout: keepAliveTimeoutMs }, (request, response) => {
        const began = performance.now();
        response.on('close', () => {
          const { url, headers } = request;
          const status = response.statusCode;
          const ms = performance.now() - began;
          durations.observe({ status: String(status) }, ms / 1_000);
          logger.debug({ requestId: headers['x-request-id'], url, status, ms: Math.round(ms) }, 'answered');
          // A connection that was in use when the server was told to stop would stay for as long as an idle one may.
          if (!app.server.listening) setImmediate(() => app.server.closeIdleConnections());
        });
        if (request.method === 'POST' && isGraphqlPath(request.url)) answerGraphql(request, response);
        else route(request, response);
      }),
  });
  const admin = createAdminServer({
    host: options.host,
    port: options.adminPort,
    registry: metrics.registry,
    logger,
    checks: options.readiness,
  });
  let url = '';
  let adminUrl = '';

  app.setErrorHandler((error: Error, request, reply) => {
    const coded = error instanceof CodedError ? error : new CodedError('INTERNAL_SERVER_ERROR');
    if (coded !== error) request.log.error({ err: error }, 'request failed');
    return reply
      .code(coded.status)
      .send({ errors: [{ message: coded.message, extensions: { code: coded.code } }] });
  });
  app.setNotFoundHandler(() => {
    throw new CodedError('NOT_FOUND');
  });
  options.addPublicRoutes?.(app);

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    admin.drain();
    await app.close();
    await apollo.stop();
    await options.background?.stop();
    await options.cacheRelay?.stop();
    await admin.stop();
    options.sharedMemory?.disconnect();
    await options.close();
  };

  return {
    async start() {
      try {
        await apollo.start();
        // One that is away keeps nobody from starting: the connection says so in the log and goes on trying.
        await options.sharedMemory?.connect().catch(() => undefined);
        await options.cacheRelay?.start();
        url = `${await app.listen({ host: options.host, port: options.port })}/graphql`;
        adminUrl = await admin.start();
        options.background?.start();
      } catch (error) {
        await this.stop();
        throw error;
      }
    },
    async drain() {
      admin.drain();
      await letClientsGo(app.server);
    },
    stop: () => (stopped ??= stop()),
    get url() {
      return url;
    },
    get adminUrl() {
      return adminUrl;
    },
  };
}

function isGraphqlPath(url = ''): boolean {
  return url === '/graphql' || url.startsWith('/graphql?');
}
