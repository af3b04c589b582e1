import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import { type ApolloAnswer, executeMember, executeThroughApollo } from '../../platform/apollo-http.ts';
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
import { type WorkSignal, WorkTime } from './work-time.ts';

/** Larger than a gateway's own limit: a request of many representations is longer than what the client sent. */
const bodyLimitBytes = 4 * 1024 * 1024;

/** Answers a request, whatever comes of it. */
export type GraphqlEndpoint = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Takes what is posted to `/graphql`: operations that the gateway signed, one by one or in envelopes (platform/envelope.ts). Without
 * a framework, whose way through a request costs about as much as to execute a query.
 */
export function createGraphqlEndpoint<Context extends RequestContext>(options: {
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
}): GraphqlEndpoint {
  const { apollo, knownQueries, name, secrets, replayGuard, waiting, createContext, logger } = options;

  const loggerOf = (requestId: string, trace: Readonly<Record<string, unknown>>) =>
    logger.child({ requestId, traceId: readTrace(trace)?.traceId });

  /** @throws CodedError UNSIGNED_CALL */
  const verified = (request: IncomingMessage, body: Buffer, kind: SignedKind): Genuine => {
    const { headers, socket } = request;
    const call = verifyCall({ secrets, audience: name, headers, body, now: Date.now(), kind });
    if (call.ok && replayGuard.isFirstHere(call)) return call;
    const reason = call.ok ? 'it was sent before' : call.reason;
    const address = socket.remoteAddress;
    loggerOf(requestIdOf(request), headers).warn({ reason, address }, 'unsigned call refused');
    throw new CodedError('UNSIGNED_CALL');
  };

  /** Asks once, however many mutations the call carries. */
  const firstAnywhere = (call: Genuine): (() => Promise<boolean>) => {
    let asked: Promise<boolean> | undefined;
    return () => (asked ??= replayGuard.isFirstAnywhere(call));
  };

  const answerCall = async (request: IncomingMessage, response: ServerResponse, sent: Buffer) => {
    const call = verified(request, sent, 'call');
    const time = new WorkTime(deadlineOf(request), waiting);
    // Each happens once.
    response.on('finish', () => time.end()).on('close', () => time.giveUp());
    const body = parseJson(sent);
    const requestId = requestIdOf(request);
    const context = (asked?: AskedFields) =>
      createContext(
        createRequestContext({
          asked,
          wantsTags: wantsTags(body),
          viewer: call.viewer,
          clientAddress: call.clientAddress,
          isFirstAnywhere: firstAnywhere(call),
          requestId,
          logger: () => loggerOf(requestId, request.headers),
          signal: time,
        }),
      );
    const known = prefersGraphqlJson(request) ? knownQueries.answer(body, context) : undefined;
    const answer =
      known ?? executeThroughApollo({ server: apollo, request, body, context: async () => context() });
    send(response, await answer);
  };

  const executeOne = (
    member: EnvelopeMember,
    signal: WorkSignal,
    isFirstAnywhere: () => Promise<boolean>,
  ) => {
    const { viewer, requestId, operation } = member;
    const context = (asked?: AskedFields) =>
      createContext(
        createRequestContext({
          asked,
          wantsTags: wantsTags(operation),
          viewer,
          clientAddress: null,
          isFirstAnywhere,
          requestId,
          logger: () => loggerOf(requestId, { ...member }),
          signal,
        }),
      );
    return (
      knownQueries.answer(operation, context) ??
      executeMember({ server: apollo, body: operation, context: async () => context() })
    );
  };

  const answerMembers = (request: IncomingMessage, response: ServerResponse, sent: Buffer) => {
    // The viewers are in the envelope.
    const isFirstAnywhere = firstAnywhere(verified(request, sent, 'envelope'));
    answerEnvelope({
      members: parseEnvelope(sent),
      response,
      execute: (member, signal) => executeOne(member, signal, isFirstAnywhere),
      waiting,
      logger,
    });
  };

  return async (request, response) => {
    try {
      const body = await readBody(request);
      const type = mediaTypeOf(request);
      if (type === envelopeType) answerMembers(request, response, body);
      else if (type === 'application/json') await answerCall(request, response, body);
      else throw new CodedError('UNSUPPORTED_MEDIA_TYPE');
    } catch (error) {
      const isOurs = error instanceof CodedError;
      if (!isOurs) loggerOf(requestIdOf(request), request.headers).error({ err: error }, 'request failed');
      sendError(response, isOurs ? error : new CodedError('INTERNAL_SERVER_ERROR'));
    }
  };
}

/** For ever, if whoever sends it goes away before it is there: nobody waits for an answer then. */
function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyLimitBytes) chunks.push(chunk);
      else reject(new CodedError('BODY_TOO_LARGE'));
    });
    // The signature covers the bytes as they were sent, so they are kept as they are until it was verified.
    request.on('end', () => resolve(Buffer.concat(chunks)));
  });
}

function send(response: ServerResponse, { status, headers, body }: ApolloAnswer): void {
  response.writeHead(status, {
    'content-type': 'application/graphql-response+json; charset=utf-8',
    ...headers,
    [envelopeSupport.header]: envelopeSupport.value,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function sendError(response: ServerResponse, { status, message, code }: CodedError): void {
  // Of what was refused unread, the rest may still come.
  if (code === 'BODY_TOO_LARGE') response.shouldKeepAlive = false;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ errors: [{ message, extensions: { code } }] }));
}

/** As gateways do. What else is accepted, Apollo Server weighs. */
function prefersGraphqlJson({ headers }: IncomingMessage): boolean {
  return /^application\/graphql-response\+json(,|$)/.test(headers.accept ?? '');
}

function mediaTypeOf({ headers }: IncomingMessage): string | undefined {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
}

/** As the gateway has it. Without one, for the log, one that nothing else has. */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' ? given : randomUUID();
}

/** What remains of the time of whoever asks, in milliseconds; undefined if they don't say. */
function deadlineOf({ headers }: IncomingMessage): number | undefined {
  const value = headers['x-deadline-ms'];
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new CodedError('UNSUPPORTED_MEDIA_TYPE', { cause: error });
  }
}

function parseEnvelope(body: Buffer): EnvelopeMember[] {
  try {
    return readEnvelope(body.toString());
  } catch (error) {
    throw new CodedError('BAD_REQUEST', { cause: error });
  }
}
