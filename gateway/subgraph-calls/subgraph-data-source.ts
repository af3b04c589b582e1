import type { GraphQLDataSource } from '@apollo/gateway';
import type { Histogram } from 'prom-client';
import { CodedError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logging.ts';
import type { Secrets } from '../../platform/signed-call.ts';
import type { GatewayContext } from '../context.ts';
import { type CallOutcome, callFailure } from './call-failure.ts';
import type { EnvelopeMetrics } from './envelope-metrics.ts';
import { createEnvelopeQueue } from './envelope-queue.ts';
import { createPlainCalls, type SubgraphCall, type SubgraphResponse } from './plain-calls.ts';
import type { Pools } from './pools.ts';
import type { SubgraphAnswer } from './subgraph-answer.ts';
import { SubgraphError } from './subgraph-error.ts';

export interface SubgraphCallDeps {
  readonly pools: Pools;
  readonly secrets: Secrets;
  /** In seconds, waiting for others included. */
  readonly durations: Histogram<'subgraph' | 'outcome'>;
  /** undefined: no envelopes, a plain call for every operation. */
  readonly envelopes: EnvelopeMetrics | undefined;
  readonly logger: Logger;
}

/**
 * Sends the gateway's operations to one subgraph: signed, within the request's deadline, over pooled connections, many at once
 * where the subgraph reads that.
 *
 * Apollo's executor calls it, and so may any other: of what `process` takes, only `context` and the query, variables
 * and operation name of `request` are looked at. The query's text has to begin with its operation, as in what planners print:
 * by that a mutation is known, which is neither repeated nor sent with others. Each caller gets data of its own.
 */
export function createSubgraphDataSource(
  subgraph: { name: string; address: URL },
  deps: SubgraphCallDeps,
): GraphQLDataSource<GatewayContext> {
  const { name, address } = subgraph;
  const { pools, secrets, envelopes, logger } = deps;
  const connection = { pool: () => pools.to(address), path: `${address.pathname}${address.search}`, secrets };
  const plain = createPlainCalls(connection);
  const sendPlain = (call: SubgraphCall) =>
    // A request that used up its time still sends: the signal ends the call at once, and it is counted and logged.
    plain(call, AbortSignal.timeout(Math.max(0, call.deadline - Date.now())));
  const sendQuery =
    envelopes === undefined
      ? sendPlain
      : createEnvelopeQueue({ ...connection, subgraph: name, plain, metrics: envelopes, logger });

  const send = async (call: SubgraphCall, context: GatewayContext): Promise<SubgraphResponse> => {
    const stopTimer = deps.durations.startTimer({ subgraph: name });
    let outcome: CallOutcome = 'ok';
    try {
      const response = await (call.repeatable ? sendQuery(call) : sendPlain(call));
      if (response.answer.errors !== undefined) outcome = 'errors';
      return response;
    } catch (error) {
      const failure = callFailure(error);
      outcome = failure.outcome;
      context.logger.error({ err: failure, subgraph: name, outcome }, 'a subgraph did not answer');
      throw new CodedError('SUBGRAPH_UNAVAILABLE', { cause: failure });
    } finally {
      stopTimer({ outcome });
    }
  };

  return {
    async process({ request, ...options }) {
      // Health checks and schema loading, the only calls without a context of ours, are not in use.
      const context = options.context as GatewayContext;
      const { query, variables, operationName } = request;
      const { viewer, requestId, deadline, cache } = context;
      const call: SubgraphCall = {
        body: JSON.stringify({ query, variables, operationName }),
        viewer,
        requestId,
        deadline,
        repeatable: !(query ?? '').startsWith('mutation'),
      };
      const { answer, headers, askedAt } = await send(call, context);
      cache.add(name, askedAt, headers, answer.extensions);
      return { data: answer.data ?? null, ...errorsOf(answer, name, context) };
    },
  };
}

function errorsOf(
  answer: SubgraphAnswer,
  subgraph: string,
  context: GatewayContext,
): { errors?: SubgraphError[] } {
  if (answer.errors === undefined) return {};
  return {
    errors: answer.errors.map((error) => {
      const visible = new SubgraphError(error);
      if (!visible.writtenForClients) context.logger.error({ subgraph, error }, 'masked error of a subgraph');
      return visible;
    }),
  };
}
