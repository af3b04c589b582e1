import type { ApolloServer } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import secureJson from 'secure-json-parse';
import { executeThroughApollo } from '../../platform/apollo-http.ts';
import { CodedError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logging.ts';
import { beginTrace, readTrace } from '../../platform/trace-context.ts';
import { answerKnownQuery } from '../apollo/answer-known-query.ts';
import type { GatewayContext } from '../context.ts';
import type { OverloadGate } from '../overload/overload-gate.ts';
import { contentTypes } from '../response-cache/accept-class.ts';
import { createAnswerRecord } from '../response-cache/answer-record.ts';
import type { CachedAnswers, Unanswered } from '../response-cache/cached-answers.ts';
import { positionHeaders } from '../response-cache/client-position.ts';
import { createAnswerBody } from '../response-cache/content-encoding.ts';
import type { AskedQuery } from '../response-cache/prepared-requests.ts';
import type { MadeAnswer, Reply } from '../response-cache/replies.ts';
import type { FederatedGateway } from '../supergraph/federated-gateway.ts';
import type { Admitted } from './admission.ts';
import { clientRequest } from './client-request.ts';
import { errorBody } from './error-answers.ts';
import type { RequestRecord } from './request-records.ts';

/** Answers GraphQL requests that were admitted: from the cache where it can, else by executing what they ask for. */
export function createGraphqlHandler(deps: {
  apollo: ApolloServer<GatewayContext>;
  answers: CachedAnswers;
  knownQuery: FederatedGateway['knownQuery'];
  overloadGate: OverloadGate;
  logger: Logger;
}): (request: FastifyRequest, reply: FastifyReply, record: RequestRecord) => Promise<FastifyReply> {
  const { apollo, answers, knownQuery, overloadGate, logger } = deps;

  const make = async (
    request: FastifyRequest,
    record: RequestRecord,
    asked: AskedQuery | undefined,
    unwanted: AbortSignal,
  ): Promise<MadeAnswer> => {
    const cache = createAnswerRecord();
    const { deadline, operation } = record;
    const trace = readTrace(request.headers) ?? beginTrace();
    record.trace = trace;
    const { viewer, address, charge } = admittedOf(record);
    let ownLogger: Logger | undefined;
    const context: GatewayContext = {
      requestId: request.id,
      trace,
      method: request.method,
      viewer,
      clientAddress: address,
      deadline,
      unwanted,
      operation,
      cache,
      charge: charge.upTo,
      // Most requests have nothing to say.
      get logger() {
        ownLogger ??= logger.child({ requestId: request.id, traceId: trace.traceId });
        return ownLogger;
      },
    };
    const known = asked && knownQuery(asked.schema, asked.text);
    const body = known && (await answerKnownQuery(known, asked, context));
    const answer =
      body === undefined || asked === undefined
        ? await executeThroughApollo({
            server: apollo,
            request,
            body: parseBody(request),
            context: async () => context,
          })
        : { status: 200, headers: { 'content-type': contentTypes[asked.form] }, body };
    return {
      status: answer.status,
      headers: {
        'cache-control': 'no-store',
        ...answer.headers,
        ...positionHeaders(cache.flushed, Date.now()),
      },
      body: createAnswerBody(Buffer.from(answer.body)),
      policy: cache.policy,
      relays: cache.relays,
      tagIdTypes: cache.tagIdTypes,
    };
  };

  /** What the hit path has found out; or what is found out now, where it could not read the request. */
  const unansweredOf = async (
    request: FastifyRequest,
    record: RequestRecord,
  ): Promise<Unanswered | Reply> => {
    // Then the cost was known when the request was let in.
    if (record.unanswered !== undefined) return record.unanswered;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { viewer, charge } = admittedOf(record);
    const recalled = await answers.recall(clientRequest(request.raw, body, viewer), record.budget);
    if (recalled.reply !== undefined) return recalled.reply;
    try {
      await charge.upTo(recalled.asked?.cost ?? 0);
    } catch (error) {
      recalled.abandon();
      throw error;
    }
    return recalled;
  };

  const answer = async (
    request: FastifyRequest,
    record: RequestRecord,
    gone: AbortSignal,
  ): Promise<Reply> => {
    const unanswered = await unansweredOf(request, record);
    if ('status' in unanswered) return unanswered;
    const made = async (unwanted: AbortSignal) =>
      overloadGate.run(() => make(request, record, unanswered.asked, unwanted)) ?? overloaded;
    return unanswered.answer(made, gone);
  };

  return async (request, reply, record) => {
    const { status, headers, body, notExecuted } = await answer(request, record, clientGone(reply));
    if (notExecuted !== undefined) {
      record.operation.type = 'query';
      record.operation.name = notExecuted.operationName;
    }
    reply.code(status);
    for (let index = 0; index < headers.length; index += 2)
      reply.header(headers[index] ?? '', headers[index + 1]);
    // Fastify gives an empty body a length and a type, which browsers would take for those of the answer they have.
    return reply.send(status === 304 ? undefined : body);
  };
}
/** Aborted when the client goes away before it has its answer. */
function clientGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  const leave = () => {
    if (!raw.writableFinished) gone.abort();
  };
  if (raw.closed) leave();
  else raw.once('close', leave);
  return gone.signal;
}

/** Says when to come back; whoever has an expired answer to give may give it instead. */
const overloaded: MadeAnswer = {
  status: 503,
  headers: {
    'cache-control': 'no-store',
    'content-type': 'application/json; charset=utf-8',
    'retry-after': '1',
  },
  body: createAnswerBody(Buffer.from(errorBody(new CodedError('OVERLOADED')))),
  policy: undefined,
  relays: [],
  tagIdTypes: new Map(),
};

function admittedOf({ admitted }: RequestRecord): Admitted {
  if (admitted === undefined) throw new Error('a request that was not let in');
  return admitted;
}

/** @throws CodedError BAD_REQUEST for a body that isn't JSON, or has names in it that could reach a prototype. */
function parseBody({ body }: FastifyRequest): unknown {
  if (!Buffer.isBuffer(body)) return body;
  try {
    return secureJson.parse(body.toString('utf8'));
  } catch (error) {
    throw new CodedError('BAD_REQUEST', { cause: error });
  }
}
