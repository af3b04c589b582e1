import type { GraphQLDataSource } from '@apollo/gateway';
import type { Histogram } from 'prom-client';
import { CodedError } from '../../platform/errors.ts';
import { type Secrets, signCall } from '../../platform/signed-call.ts';
import type { GatewayContext } from '../context.ts';
import { type CallOutcome, callFailure } from './call-failure.ts';
import type { Pools } from './pools.ts';
import { type OperationCall, postOperation, type SubgraphResponse } from './post-operation.ts';
import type { SubgraphAnswer } from './subgraph-answer.ts';
import { SubgraphError } from './subgraph-error.ts';

export interface SubgraphCallDeps {
  readonly pools: Pools;
  readonly secrets: Secrets;
  /** In seconds. */
  readonly durations: Histogram<'subgraph' | 'outcome'>;
}

/** Sends the gateway's operations to one subgraph: signed, within the request's deadline, over pooled connections. */
export function createSubgraphDataSource(
  subgraph: { name: string; address: URL },
  deps: SubgraphCallDeps,
): GraphQLDataSource<GatewayContext> {
  const { name, address } = subgraph;
  const path = `${address.pathname}${address.search}`;

  const send = async (call: OperationCall, context: GatewayContext): Promise<SubgraphResponse> => {
    const stopTimer = deps.durations.startTimer({ subgraph: name });
    let outcome: CallOutcome = 'ok';
    try {
      const response = await postOperation(call);
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
      const body = JSON.stringify({
        query: request.query,
        variables: request.variables,
        operationName: request.operationName,
      });
      const now = Date.now();
      // A request that used up its time still sends: the signal ends the call at once, and it is counted and logged.
      const remaining = Math.max(0, context.deadline - now);
      const { answer, headers } = await send(
        {
          pool: deps.pools.to(address),
          path,
          body,
          headers: {
            'content-type': 'application/json',
            accept: 'application/graphql-response+json, application/json;q=0.9',
            'x-request-id': context.requestId,
            'x-deadline-ms': String(remaining),
            ...signCall({ secrets: deps.secrets, viewer: context.viewer, body, now }),
          },
          signal: AbortSignal.timeout(remaining),
          repeatable: !(request.query ?? '').startsWith('mutation'),
        },
        context,
      );
      context.cache.add(name, now, headers, answer.extensions);
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
