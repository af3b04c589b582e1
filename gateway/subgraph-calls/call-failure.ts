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
  | 'nonsense';

/** Why a call to a subgraph brought no answer. For the log: it names addresses. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly outcome: Exclude<CallOutcome, 'ok' | 'errors'>;

  constructor(outcome: CallFailure['outcome'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.outcome = outcome;
  }
}

/** Classifies what undici, an abort signal or a parser threw. */
export function callFailure(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error;
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return new CallFailure('timeout', 'no answer before the deadline', { cause: error });
  return new CallFailure('unreachable', 'the connection failed', { cause: error });
}

/** Whether a connection broke under a call: a server may close an idle one at the moment it is used again. */
export function isBrokenConnection(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(errorCode(error));
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
