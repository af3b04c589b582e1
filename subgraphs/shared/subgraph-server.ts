import { readFileSync } from 'node:fs';
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
import { readTrace } from '../../platform/trace-context.ts';
import { createAnswerRecordPlugin } from './answer-record-plugin.ts';
import { attributeFields } from './attribute-fields.ts';
import type { CacheRelay } from './cache-relay.ts';
import { createKnownQueries } from './compiled/known-queries.ts';
import { createDocumentStore } from './document-store.ts';
import { createFieldErrors } from './field-errors.ts';
import { addGraphqlRoute } from './graphql-route.ts';
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

/** Larger than a gateway's own limit: a request of many representations is longer than what the client sent. */
const bodyLimitBytes = 4 * 1024 * 1024;

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

  const app = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    // The label is the gateway's, too.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: bodyLimitBytes,
    // Longer than the gateway keeps an idle connection, so that it is never the subgraph that closes one in use.
    keepAliveTimeout: 72_000,
    requestIdHeader: 'x-request-id',
    childLoggerFactory: (parent, bindings, options, { headers }) =>
      parent.child({ ...bindings, traceId: readTrace(headers)?.traceId }, options),
    return503OnClosing: false,
  });
  const admin = createAdminServer({
    host: options.host,
    port: options.adminPort,
    registry: metrics.registry,
    logger,
    checks: options.readiness,
  });
  const durations = metrics.durations('http_request_duration_seconds', 'Time to answer a request', [
    'status',
  ]);
  let url = '';
  let adminUrl = '';

  app.addHook('onResponse', async (request, reply) => {
    durations.observe({ status: String(reply.statusCode) }, reply.elapsedTime / 1_000);
    request.log.debug(
      { url: request.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'answered',
    );
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const coded = error instanceof CodedError ? error : edgeError(error);
    if (coded.code === 'INTERNAL_SERVER_ERROR') request.log.error({ err: error }, 'request failed');
    return reply
      .code(coded.status)
      .send({ errors: [{ message: coded.message, extensions: { code: coded.code } }] });
  });
  app.setNotFoundHandler(() => {
    throw new CodedError('NOT_FOUND');
  });

  addGraphqlRoute(app, {
    apollo,
    knownQueries,
    name: options.name,
    secrets: options.secrets,
    replayGuard: createReplayGuard(options.sharedMemory),
    waiting: options.waiting ?? createWaiting(),
    createContext: options.createContext,
    logger,
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

/** What Fastify refuses before a handler runs, in our codes. */
function edgeError(error: Error & { statusCode?: number }): CodedError {
  if (error.statusCode === 413) return new CodedError('BODY_TOO_LARGE', { cause: error });
  if (error.statusCode === 415) return new CodedError('UNSUPPORTED_MEDIA_TYPE', { cause: error });
  return new CodedError('INTERNAL_SERVER_ERROR', { cause: error });
}
