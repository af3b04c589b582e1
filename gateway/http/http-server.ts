import type { ApolloServer } from '@apollo/server';
import cors from '@fastify/cors';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Histogram } from 'prom-client';
import { CodedError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logging.ts';
import type { GatewayContext } from '../context.ts';
import type { RateLimiter } from '../rate-limit/rate-limiter.ts';
import type { CachedAnswers } from '../response-cache/cached-answers.ts';
import { positionHeader } from '../response-cache/client-position.ts';
import type { ViewerVerifier } from '../viewer/bearer-token.ts';
import { admit } from './admission.ts';
import { answerBrokenRequest, answerErrorsInGraphql, sendError } from './error-answers.ts';
import { createGraphqlHandler } from './graphql-handler.ts';
import { requestIdHeader, requestIdOf } from './request-id.ts';
import { recordRequests } from './request-records.ts';

const graphqlPath = '/graphql';
const bodyLimitBytes = 256 * 1024;
/** Longer than balancers keep an idle connection (60 s, mostly), so that the gateway is never the first to hang up. */
const keepAliveTimeoutMs = 75_000;
/** For a client to send its whole request. */
const receiveTimeoutMs = 30_000;
/** For a browser to remember that it may ask. */
const preflightMaxAgeSeconds = 24 * 60 * 60;

export interface HttpServerDeps {
  readonly apollo: ApolloServer<GatewayContext>;
  /** undefined: nothing is cached. */
  readonly cachedAnswers: CachedAnswers | undefined;
  readonly verifyViewer: ViewerVerifier;
  readonly rateLimiter: RateLimiter;
  readonly logger: Logger;
  /** In seconds. */
  readonly durations: Histogram<'operation' | 'status'>;
}

export interface HttpServerOptions {
  readonly corsOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly requestTimeoutMs: number;
}

/** The public endpoint: `/graphql` by GET, POST and QUERY, and a redirect to it. */
export function createHttpServer(options: HttpServerOptions, deps: HttpServerDeps): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = deps.logger;
  const app: FastifyInstance = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestIdOf,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    bodyLimit: bodyLimitBytes,
    keepAliveTimeout: keepAliveTimeoutMs,
    requestTimeout: receiveTimeoutMs,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (_error, _request, reply) => sendError(reply, new CodedError('BAD_REQUEST')),
    // While stopping, requests on open connections are still answered, and told to connect elsewhere next time.
    return503OnClosing: false,
  });
  const answer = createGraphqlHandler(deps);
  let stopping = false;

  answerErrorsInGraphql(app);
  // Leaves JSON: a browser sends plain text to anywhere without asking first.
  app.removeContentTypeParser('text/plain');
  // A request that was seen before is recognised by its bytes; only others are parsed.
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );

  const recordOf = recordRequests(app, {
    requestTimeoutMs: options.requestTimeoutMs,
    durations: deps.durations,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header(requestIdHeader, request.id);
  });
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (stopping) reply.header('connection', 'close');
  });

  void app.register(cors, {
    origin: [...options.corsOrigins],
    methods: ['GET', 'POST', 'QUERY'],
    exposedHeaders: [requestIdHeader, positionHeader, 'retry-after', 'cache-status', 'age'],
    // Tokens travel in a header that pages set themselves: nothing a browser sends on its own is of use to anyone.
    credentials: false,
    maxAge: preflightMaxAgeSeconds,
    strictPreflight: false,
  });

  // Routes come in a plugin, for the CORS hooks to apply to them.
  void app.register(async (routes) => {
    routes.get('/', async (_request, reply) => reply.redirect(graphqlPath));

    routes.route({
      method: ['GET', 'POST', 'QUERY'],
      url: graphqlPath,
      exposeHeadRoute: false,
      async onRequest(request, reply) {
        recordOf(request).viewer = await admit(request, reply, deps);
      },
      async handler(request, reply) {
        return answer(request, reply, recordOf(request));
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
