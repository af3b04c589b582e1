import type { GraphQLDataSource } from '@apollo/gateway';
import { CodedError } from '../../platform/errors.ts';
import type { FastHistogram } from '../../platform/fast-histogram.ts';
import type { Logger } from '../../platform/logging.ts';
import type { Secrets } from '../../platform/signed-call.ts';
import { type GatewayContext, warmUpRequestId } from '../context.ts';
import { createBreaker } from './breaker.ts';
import { type CallOutcome, callFailure, failureIn } from './call-failure.ts';
import type { EnvelopeMetrics } from './envelope-metrics.ts';
import { createEnvelopeQueue } from './envelope-queue.ts';
import { createPlainCalls, type SubgraphCall, type SubgraphResponse } from './plain-calls.ts';
import type { Pools } from './pools.ts';
import { createRepeats } from './repeats.ts';
import type { SubgraphAnswerError } from './subgraph-answer.ts';
import { SubgraphError } from './subgraph-error.ts';
import type { TrafficMetrics } from './traffic-metrics.ts';
import { WaitingCall } from './waiting-call.ts';

export interface SubgraphCallDeps {
  readonly pools: Pools;
  readonly secrets: Secrets;
  /** In seconds, waiting for others included; by subgraph and outcome. */
  readonly durations: FastHistogram;
  readonly traffic: TrafficMetrics;
  /** undefined: no envelopes, a plain call for every operation. */
  readonly envelopes: EnvelopeMetrics | undefined;
  /** Whether answers are kept; if not, subgraphs are told that nobody reads their tags. */
  readonly keepsAnswers: boolean;
  readonly logger: Logger;
}

export interface SubgraphDataSource extends GraphQLDataSource<GatewayContext> {
  /** Opens a connection, and finds out whether the subgraph reads envelopes, ahead of the first call. Never rejects. */
  connect(): Promise<void>;
}

/** For {@link SubgraphDataSource.connect}, in milliseconds: a subgraph that is away is nobody's reason to wait. */
const connectPatienceMs = 1_000;

/**
 * Sends the gateway's operations to one subgraph: signed, within the request's deadline, over pooled connections, many at once
 * where the subgraph reads that. Queries that fail in passing are sent once more (repeats.ts); while too many calls fail,
 * none is sent (breaker.ts).
 *
 * Apollo's executor calls it, and so may any other: of what `process` takes, only `context` and the query, variables
 * and operation name of `request` are looked at. The query's text has to begin with its operation, as in what planners print:
 * by that a mutation is known, which is neither repeated nor sent with others. Each caller gets data of its own.
 */
export function createSubgraphDataSource(
  subgraph: { name: string; address: URL },
  deps: SubgraphCallDeps,
): SubgraphDataSource {
  const { name, address } = subgraph;
  const { origin } = address;
  const { pools, secrets, envelopes, traffic, logger } = deps;
  const connection = {
    subgraph: name,
    pool: () => pools.to(origin),
    path: `${address.pathname}${address.search}`,
    secrets,
  };
  const extensions = deps.keepsAnswers ? undefined : { cacheTags: false };
  const plain = createPlainCalls(connection);
  const sendPlain = (call: SubgraphCall) => {
    const waited = new WaitingCall(call);
    const answer = waited.join(call);
    const sent = plain(call, waited);
    waited.onClosed((isSettled) => {
      if (!isSettled) sent.giveUp();
    });
    // Whoever has left before still sends: it is given up at once, and counted and logged.
    if (!waited.isOpen) sent.giveUp();
    return answer;
  };
  const sendQuery =
    envelopes === undefined
      ? sendPlain
      : createEnvelopeQueue({ ...connection, plain, metrics: envelopes, logger });

  traffic.breakerOpen.set({ subgraph: name }, 0);
  const breaker = createBreaker<SubgraphResponse>({
    failureIn,
    watch: {
      opened(failure) {
        traffic.breakerOpen.set({ subgraph: name }, 1);
        logger.error(
          { err: failure, subgraph: name },
          'too many calls to a subgraph fail: none is sent for now',
        );
      },
      closed() {
        traffic.breakerOpen.set({ subgraph: name }, 0);
        logger.info({ subgraph: name }, 'a subgraph answers again');
      },
    },
  });
  const sendMutation = (call: SubgraphCall) => breaker.run(() => sendPlain(call));
  const sendRepeated = createRepeats({
    first: (call) => breaker.run(() => sendQuery(call)),
    again: (call) => breaker.run(() => sendPlain(call)),
    onRepeat: (outcome) => traffic.repeats.inc({ subgraph: name, outcome }),
  });

  const send = async (call: SubgraphCall, isMutation: boolean, context: GatewayContext) => {
    const begun = performance.now();
    let outcome: CallOutcome = 'ok';
    let response: SubgraphResponse;
    try {
      response = await (isMutation ? sendMutation(call) : sendRepeated(call));
      if (response.answer.errors !== undefined) outcome = 'errors';
    } catch (error) {
      const failure = callFailure(error);
      outcome = failure.outcome;
      if (failure.response === undefined) {
        // Those that are not sent have their line where that began; that somebody left is nobody's fault.
        const level = outcome === 'not_sent' || outcome === 'abandoned' ? 'debug' : 'error';
        context.logger[level]({ err: failure, subgraph: name, outcome }, 'a subgraph did not answer');
        throw new CodedError('SUBGRAPH_UNAVAILABLE', { cause: failure });
      }
      // Its errors have their own lines, and the rest of it is good.
      response = failure.response;
    } finally {
      deps.durations.observe((performance.now() - begun) / 1_000, name, outcome);
    }
    const { answer, headers, askedAt } = response;
    context.cache.add(name, askedAt, headers, answer.extensions);
    const { data = null, errors } = answer;
    return errors === undefined ? { data } : { data, errors: visibleErrors(errors, name, context) };
  };

  return {
    async connect() {
      const deadline = Date.now() + connectPatienceMs;
      const body = JSON.stringify({ query: '{ __typename }' });
      const asking = sendQuery({ body, viewer: null, requestId: warmUpRequestId, deadline });
      await asking.catch((error: unknown) =>
        logger.debug({ err: error, subgraph: name }, 'not connected ahead of time'),
      );
    },

    process(options) {
      // Health checks and schema loading, the only calls without a context of ours, are not in use.
      const context = options.context as GatewayContext;
      const { query, variables, operationName } = options.request;
      const { viewer, clientAddress, requestId, trace, deadline, unwanted, operation } = context;
      const isMutation = (query ?? '').startsWith('mutation');
      const call: SubgraphCall = {
        body: JSON.stringify({ query, variables, operationName, extensions }),
        viewer,
        clientAddress: isMutation ? clientAddress : undefined,
        requestId,
        trace,
        deadline,
        // What a mutation reads after it has written belongs to it.
        gone: operation.type === 'query' ? unwanted : undefined,
      };
      return send(call, isMutation, context);
    },
  };
}

function visibleErrors(
  errors: readonly SubgraphAnswerError[],
  subgraph: string,
  { logger }: GatewayContext,
): SubgraphError[] {
  return errors.map((error) => {
    const visible = new SubgraphError(error);
    if (!visible.writtenForClients) logger.error({ subgraph, error }, 'masked error of a subgraph');
    return visible;
  });
}
