import type { ErrorCode } from '../../platform/errors.ts';
import type { SubgraphResponse } from './plain-calls.ts';

const awayCode: ErrorCode = 'SUBGRAPH_UNAVAILABLE';

/** How a call to a subgraph can end; a label of its metric, so the list stays short. */
export type CallOutcome =
  | 'ok'
  /** A GraphQL answer with errors in it. */
  | 'errors'
  /** No answer before the deadline, or none left to wait for. */
  | 'timeout'
  /** No connection, or one that broke. */
  | 'unreachable'
  /** A status other than 2xx, and no GraphQL answer with it. Redirects are among them: they are never followed. */
  | 'status'
  /** Not a GraphQL answer in JSON, or too large a one. */
  | 'nonsense'
  /** Whoever it was for left before the answer. */
  | 'abandoned'
  /** Not sent: too many before it failed (breaker.ts). */
  | 'not_sent';

/** Why a call to a subgraph brought no answer. For the log: it names addresses. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly outcome: Exclude<CallOutcome, 'ok'>;
  /** The HTTP status, where that is what is wrong. */
  readonly status: number | undefined;
  /** What came all the same, of the outcome `errors`: the rest of an answer of which a part is away. */
  readonly response: SubgraphResponse | undefined;

  constructor(
    outcome: CallFailure['outcome'],
    message: string,
    options?: ErrorOptions & { status?: number; response?: SubgraphResponse },
  ) {
    super(message, options);
    this.outcome = outcome;
    this.status = options?.status;
    this.response = options?.response;
  }
}

/** An HTTP status that comes without a GraphQL answer. */
export function statusFailure(status: number): CallFailure {
  return new CallFailure('status', `status ${status}`, { status });
}

/**
 * An answer that says that what the subgraph itself needs is away, its database for one. To whoever asks it is as if the subgraph
 * were.
 */
export function failureIn(response: SubgraphResponse): CallFailure | undefined {
  const { errors } = response.answer;
  if (errors === undefined || !errors.some(({ extensions }) => extensions?.code === awayCode))
    return undefined;
  return new CallFailure('errors', 'what the subgraph needs is away', { response });
}

/** Classifies what undici or a parser threw. */
export function callFailure(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error;
  return new CallFailure('unreachable', 'the connection failed', { cause: error });
}

/**
 * Whether the same call may well be answered a moment later: there was no connection or it broke (a server may close an idle
 * one at the moment it is used again, apollographql/federation#2313), or whoever stands before the subgraph, or the subgraph itself,
 * says that it is away.
 */
export function mayPass({ outcome, status }: CallFailure): boolean {
  return outcome === 'unreachable' || outcome === 'errors' || isAway(status);
}

/** Statuses of proxies, and of servers that are stopping: what they got was not executed. */
export function isAway(status: number | undefined): boolean {
  return status === 502 || status === 503 || status === 504;
}
