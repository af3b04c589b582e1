import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import secureJson from 'secure-json-parse';
import { executeThroughApollo } from '../../platform/apollo-http.ts';
import { Departure } from '../../platform/departure.ts';
import { CodedError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logging.ts';
import { beginTrace, readTrace } from '../../platform/trace-context.ts';
import { answerQuery } from '../apollo/answer-query.ts';
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

/**
 * Answers a GraphQL request that was admitted: from the cache where it can, else by executing what it asks for.
 *
 * @param body undefined where the request has none
 */
export type AnswerRequest = (
  request: IncomingMessage,
  response: ServerResponse,
  record: RequestRecord,
  body: Buffer | undefined,
) => Promise<Reply>;

export function createAnswerRequest(deps: {
  apollo: ApolloServer<GatewayContext>;
  answers: CachedAnswers;
  queryOf: FederatedGateway['queryOf'];
  overloadGate: OverloadGate;
  logger: Logger;
}): AnswerRequest {
  const { apollo, answers, queryOf, overloadGate, logger } = deps;

  const make = async (
    request: IncomingMessage,
    record: RequestRecord,
    requestBody: Buffer | undefined,
    asked: AskedQuery | undefined,
    unwanted: Departure,
  ): Promise<MadeAnswer> => {
    const cache = createAnswerRecord();
    const { id, deadline, operation } = record;
    const trace = readTrace(request.headers) ?? beginTrace();
    record.trace = trace;
    const { viewer, address, charge } = admittedOf(record);
    let ownLogger: Logger | undefined;
    const context: GatewayContext = {
      requestId: id,
      trace,
      method: request.method ?? 'GET',
      viewer,
      clientAddress: address,
      deadline,
      unwanted,
      operation,
      cache,
      charge: charge.upTo,
      // Most requests have nothing to say.
      get logger() {
        ownLogger ??= logger.child({ requestId: id, traceId: trace.traceId });
        return ownLogger;
      },
    };
    const query = asked && queryOf(asked.schema, asked.text);
    const body = query && (await answerQuery(query, asked, context));
    const answer =
      body === undefined || asked === undefined
        ? await executeThroughApollo({
            server: apollo,
            request,
            body: parseBody(requestBody),
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

  /** What is found out now, where the fast path could not read the request. */
  const unansweredOf = async (
    request: IncomingMessage,
    record: RequestRecord,
    body: Buffer | undefined,
  ): Promise<Unanswered | Reply> => {
    const { viewer, charge } = admittedOf(record);
    const asking = clientRequest(request, body ?? Buffer.alloc(0), viewer);
    const recalled = await answers.recall(asking, record.budget);
    if (recalled.reply !== undefined) return recalled.reply;
    try {
      await charge.upTo(recalled.asked?.cost ?? 0);
    } catch (error) {
      recalled.abandon();
      throw error;
    }
    return recalled;
  };

  return async (request, response, record, body) => {
    // What the fast path has found out: then the cost was known when the request was let in.
    const unanswered = record.unanswered ?? (await unansweredOf(request, record, body));
    if ('status' in unanswered) return noted(unanswered, record);
    const made = (unwanted: Departure) =>
      overloadGate.run(() => make(request, record, body, unanswered.asked, unwanted)) ??
      Promise.resolve(overloaded);
    return noted(await unanswered.answer(made, departureOf(response)), record);
  };
}

/** Nobody else tells the log of an operation that wasn't executed for this request. */
function noted(reply: Reply, { operation }: RequestRecord): Reply {
  if (reply.notExecuted !== undefined) {
    operation.type = 'query';
    operation.name = reply.notExecuted.operationName;
  }
  return reply;
}

/** Of the client, before it has its answer. */
function departureOf(response: ServerResponse): Departure {
  const gone = new Departure();
  const leave = () => {
    if (!response.writableFinished) gone.leave();
  };
  if (response.closed) leave();
  else response.once('close', leave);
  return gone;
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
function parseBody(body: Buffer | undefined): unknown {
  if (body === undefined) return undefined;
  try {
    return secureJson.parse(body.toString('utf8'));
  } catch (error) {
    throw new CodedError('BAD_REQUEST', { cause: error });
  }
}
