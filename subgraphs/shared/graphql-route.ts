import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerThroughApollo, executeMember } from '../../platform/apollo-http.ts';
import { type EnvelopeMember, envelopeSupport, envelopeType, readEnvelope } from '../../platform/envelope.ts';
import { CodedError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logging.ts';
import { type Genuine, type Secrets, type SignedKind, verifyCall } from '../../platform/signed-call.ts';
import { readTrace } from '../../platform/trace-context.ts';
import { answerEnvelope } from './answer-envelope.ts';
import { wantsTags } from './answer-extensions.ts';
import type { KnownQueries } from './compiled/known-queries.ts';
import type { ReplayGuard } from './replay-guard.ts';
import { createRequestContext, type RequestContext } from './request-context.ts';
import type { AskedFields } from './row-columns.ts';
import type { Waiting } from './waiting.ts';
import { createWorkTime } from './work-time.ts';

/** `POST /graphql`: operations that the gateway signed, one by one or in envelopes (platform/envelope.ts). */
export function addGraphqlRoute<Context extends RequestContext>(
  app: FastifyInstance,
  options: {
    apollo: ApolloServer<Context>;
    /** What needn't go through Apollo Server. */
    knownQueries: KnownQueries<Context>;
    /** Of the subgraph: calls for others are refused. */
    name: string;
    secrets: Secrets;
    replayGuard: ReplayGuard;
    /** Is told of everybody who calls. */
    waiting: Waiting;
    createContext: (request: RequestContext) => Context;
    logger: Logger;
  },
): void {
  const { apollo, knownQueries, name, secrets, replayGuard, waiting, createContext, logger } = options;

  /** @throws CodedError UNSIGNED_CALL */
  const verified = (request: FastifyRequest, kind: SignedKind): Genuine => {
    const body = Buffer.isBuffer(request.body) ? request.body : '';
    const call = verifyCall({
      secrets,
      audience: name,
      headers: request.headers,
      body,
      now: Date.now(),
      kind,
    });
    if (call.ok && replayGuard.isFirstHere(call)) return call;
    const reason = call.ok ? 'it was sent before' : call.reason;
    request.log.warn({ reason, address: request.ip }, 'unsigned call refused');
    throw new CodedError('UNSIGNED_CALL');
  };

  /** Asks once, however many mutations the call carries. */
  const firstAnywhere = (call: Genuine): (() => Promise<boolean>) => {
    let asked: Promise<boolean> | undefined;
    return () => (asked ??= replayGuard.isFirstAnywhere(call));
  };

  const answerCall = async (request: FastifyRequest, reply: FastifyReply) => {
    const call = verified(request, 'call');
    const time = createWorkTime(deadlineOf(request), waiting);
    reply.raw.once('finish', time.end).once('close', time.giveUp);
    reply.header(envelopeSupport.header, envelopeSupport.value);
    const body = parseJson(request.body);
    const context = (asked?: AskedFields) =>
      createContext(
        createRequestContext({
          asked,
          wantsTags: wantsTags(body),
          viewer: call.viewer,
          clientAddress: call.clientAddress,
          isFirstAnywhere: firstAnywhere(call),
          requestId: request.id,
          logger: () => request.log as Logger,
          signal: time.signal,
        }),
      );
    const known = prefersGraphqlJson(request) ? await knownQueries.answer(body, context) : undefined;
    if (known === undefined)
      return answerThroughApollo({ server: apollo, request, reply, body, context: async () => context() });
    return reply.code(known.status).headers(known.headers).type(graphqlJson).send(known.body);
  };

  const execute = (
    { viewer, requestId, operation, ...trace }: EnvelopeMember,
    signal: AbortSignal,
    isFirstAnywhere: () => Promise<boolean>,
  ) => {
    const context = (asked?: AskedFields) =>
      createContext(
        createRequestContext({
          asked,
          wantsTags: wantsTags(operation),
          viewer,
          clientAddress: null,
          isFirstAnywhere,
          requestId,
          logger: () => logger.child({ requestId, traceId: readTrace(trace)?.traceId }),
          signal,
        }),
      );
    return (
      knownQueries.answer(operation, context) ??
      executeMember({ server: apollo, body: operation, context: async () => context() })
    );
  };

  // A connection that was in use when the server was told to stop would stay for as long as an idle one may.
  const closeIfStopping = () => {
    if (!app.server.listening) setImmediate(() => app.server.closeIdleConnections());
  };

  // The signature covers the bytes as they were sent, so they are kept as they are until it was verified.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', envelopeType],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );
  app.post('/graphql', (request, reply) => {
    reply.raw.once('close', closeIfStopping);
    if (!isEnvelope(request)) return answerCall(request, reply);
    // The viewers are in the envelope.
    const isFirstAnywhere = firstAnywhere(verified(request, 'envelope'));
    const members = parseEnvelope(request.body);
    reply.hijack();
    answerEnvelope({
      members,
      response: reply.raw,
      execute: (member, signal) => execute(member, signal, isFirstAnywhere),
      waiting,
      logger,
    });
    return reply;
  });
}

const graphqlJson = 'application/graphql-response+json; charset=utf-8';

/** As gateways do. What else is accepted, Apollo Server weighs. */
function prefersGraphqlJson({ headers }: FastifyRequest): boolean {
  return /^application\/graphql-response\+json(,|$)/.test(headers.accept ?? '');
}

function isEnvelope({ headers }: FastifyRequest): boolean {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() === envelopeType;
}

/** What remains of the time of whoever asks, in milliseconds; undefined if they don't say. */
function deadlineOf({ headers }: FastifyRequest): number | undefined {
  const value = headers['x-deadline-ms'];
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch (error) {
    throw new CodedError('UNSUPPORTED_MEDIA_TYPE', { cause: error });
  }
}

function parseEnvelope(body: unknown): EnvelopeMember[] {
  try {
    return readEnvelope(String(body));
  } catch (error) {
    throw new CodedError('BAD_REQUEST', { cause: error });
  }
}
