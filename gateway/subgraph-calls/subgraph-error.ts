import { GraphQLError } from 'graphql';
import { errorCatalogue } from '../../platform/errors.ts';
import type { SubgraphAnswerError } from './subgraph-answer.ts';

/**
 * Codes of faults between the gateway and a subgraph. Their messages speak of operations the client never wrote, and
 * name types and fields that it may not know of.
 */
const internalCodes = new Set([
  'INTERNAL_SERVER_ERROR',
  'DOWNSTREAM_SERVICE_ERROR',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'BAD_REQUEST',
  'UNSIGNED_CALL',
]);

/**
 * An error of a subgraph as clients may see it. One with a code of its own was written for them and keeps message,
 * path and code; of any other they see that something went wrong, and where. Nothing else of `extensions` gets
 * through: stack traces and HTTP details live there.
 */
export class SubgraphError extends Error {
  override readonly name = 'SubgraphError';
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string };
  /** Whether the message is the subgraph's own. */
  readonly writtenForClients: boolean;

  constructor(error: SubgraphAnswerError) {
    const code = error.extensions?.code;
    const writtenForClients = typeof code === 'string' && !internalCodes.has(code) && error.message !== '';
    super(writtenForClients ? error.message : errorCatalogue.INTERNAL_SERVER_ERROR.message);
    this.writtenForClients = writtenForClients;
    this.extensions = { code: writtenForClients ? code : 'INTERNAL_SERVER_ERROR' };
    if (error.path !== undefined) this.path = error.path;
  }
}

/** Whether an error that the executor reports began as a subgraph's, with a message written for clients. */
export function isWrittenForClients(error: unknown): boolean {
  return (
    error instanceof GraphQLError &&
    error.originalError instanceof SubgraphError &&
    error.originalError.writtenForClients
  );
}
