import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import type { ApolloServer } from '@apollo/server';
import cors from '@fastify/cors';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { WaitBudget } from '../../cache/wait-budget.ts';
import { CodedError } from '../../platform/errors.ts';
import type { FastHistogram } from '../../platform/fast-histogram.ts';
import type { Logger } from '../../platform/logging.ts';
import type { GatewayContext } from '../context.ts';
import type { OverloadGate } from '../overload/overload-gate.ts';
import type { RateLimiter } from '../rate-limit/rate-limiter.ts';
import type { CachedAnswers } from '../response-cache/cached-answers.ts';
import type { FederatedGateway } from '../supergraph/federated-gateway.ts';
import type { ViewerVerifier } from '../viewer/bearer-token.ts';
import { createLetIn } from './admission.ts';
import { createAnswerRequest } from './answer-request.ts';
import { createClientAddress } from './client-address.ts';
import { corsOptions, createCorsHeaders } from './cors.ts';
import { answerBrokenRequest, answerErrorsInGraphql, sendError } from './error-answers.ts';
import { createFastPath } from './fast-path.ts';
import { createGraphqlHandler } from './graphql-handler.ts';
import { maxHeaderBytes, maxHeaders, refusalOfHead } from './request-head.ts';
import { requestIdHeader } from './request-id.ts';
import { createRequestRecords } from './request-records.ts';

const graphqlPath = '/graphql';
const bodyLimitBytes = 256 * 1024;
/** Longer than balancers keep an idle connection (60 s, mostly), so that the gateway is never the first to hang up. */
const keepAliveTimeoutMs = 75_000;
/** For a client to send its whole request. */
const receiveTimeoutMs = 30_000;

export interface HttpServerDeps {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly answers: CachedAnswers;
  readonly queryOf: FederatedGateway['queryOf'];
  readonly verifyViewer: ViewerVerifier;
  readonly rateLimiter: RateLimiter;
  readonly overloadGate: OverloadGate;
  readonly logger: Logger;
  /** In seconds, by operation type and status. */
  readonly durations: FastHistogram;
  /** Opens what one request may wait for Redis. */
  readonly openBudget: () => WaitBudget;
}

export interface HttpServerOptions {
  readonly corsOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly requestTimeoutMs: number;
}

/** The public endpoint: `/graphql` by GET, POST and QUERY, and a redirect to it. */
export function createHttpServer(options: HttpServerOptions, deps: HttpServerDeps): FastifyInstance {
  const { logger } = deps;
  const { corsOrigins, trustedProxies, requestTimeoutMs } = options;
  const loggerInstance: FastifyBaseLogger = logger;
  const records = createRequestRecords({ ...deps, requestTimeoutMs });
  const clientAddress = createClientAddress(trustedProxies);
  let stopping = false;

  const letIn = createLetIn({ ...deps, clientAddress });
  const answerRequest = createAnswerRequest(deps);
  const fastPath = createFastPath(
    { path: graphqlPath, bodyLimitBytes },
    {
      ...deps,
      letIn,
      answerRequest,
      clientAddress,
      corsHeaders: createCorsHeaders(corsOrigins),
      isStopping: () => stopping,
    },
  );

  const app: FastifyInstance = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: (request) => records.of(request).id,
    bodyLimit: bodyLimitBytes,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (_error, _request, reply) => sendError(reply, new CodedError('BAD_REQUEST')),
    // While stopping, requests on open connections are still answered, and told to connect elsewhere next time.
    return503OnClosing: false,
    // Fastify's own timeouts apply to servers that it makes.
    serverFactory(route) {
      const server = createServer(
        {
          keepAliveTimeout: keepAliveTimeoutMs,
          requestTimeout: receiveTimeoutMs,
          maxHeaderSize: maxHeaderBytes,
        },
        (request, response) => {
          const record = records.begin(request, response);
          if (refusalOfHead(request) === undefined && fastPath.mayTake(request))
            void fastPath.take(request, response, record, () => route(request, response));
          else route(request, response);
        },
      );
      // Node before 24.21 drops what is beyond without a word, so one too many must get through to be refused.
      server.maxHeadersCount = maxHeaders + 1;
      return server;
    },
  });
  const handle = createGraphqlHandler(answerRequest);

  answerErrorsInGraphql(app);
  // Leaves JSON: a browser sends plain text to anywhere without asking first.
  app.removeContentTypeParser('text/plain');
  // A request that was seen before is recognised by its bytes; only others are parsed.
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.addHook('preParsing', async (request, _reply, payload) => {
    // What the fast path has read can't be read a second time.
    const { body } = records.of(request.raw);
    return body === undefined ? payload : Readable.from([body]);
  });

  app.addHook('onRequest', async (request, reply) => {
    records.of(request.raw).route = request.routeOptions.url;
    reply.header(requestIdHeader, request.id);
  });
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.addHook('onSend', async (request, reply) => {
    reply.headers(records.of(request.raw).answerHeaders);
    if (stopping) reply.header('connection', 'close');
  });

  void app.register(cors, corsOptions(corsOrigins));

  // Routes come in a plugin, for the CORS hooks to apply to them.
  void app.register(async (routes) => {
    routes.get('/', async (_request, reply) => reply.redirect(graphqlPath));

    routes.route({
      method: ['GET', 'POST', 'QUERY'],
      url: graphqlPath,
      exposeHeadRoute: false,
      async onRequest({ raw }) {
        const refusal = refusalOfHead(raw);
        if (refusal !== undefined) throw new CodedError(refusal);
        const record = records.of(raw);
        if (record.failure !== undefined) throw record.failure;
        await letIn(raw, record);
      },
      async handler(request, reply) {
        return handle(request, reply, records.of(request.raw));
      },
    });

    routes.route({
      method: ['HEAD', 'PUT', 'PATCH', 'DELETE'],
      url: graphqlPath,
      // Without reading the body, whatever it is.
      onRequest: async (_request, reply) =>
        sendError(reply.header('allow', 'GET, POST, QUERY'), new CodedError('METHOD_NOT_ALLOWED')),
      handler: () => undefined,
    });
  });

  return app;
}
