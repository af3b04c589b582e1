import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { CodedError, errorCatalogue } from './errors.ts';
import type { Logger } from './logging.ts';

/** Codes that Apollo Server gives to faults of the request; their messages speak of the client's own document. */
const apolloRequestCodes = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
]);

/**
 * What a client sees of an error: the error itself if it was written for clients, else only that something went wrong.
 * Messages of databases, libraries and other services hold addresses, SQL and names; they go to the log.
 *
 * @param writtenForClients recognises errors whose code is not in our catalogue and which may be shown all the same.
 */
export function maskError(
  formatted: GraphQLFormattedError,
  error: unknown,
  logger: Logger,
  writtenForClients: (error: unknown) => boolean = () => false,
): GraphQLFormattedError {
  const position = {
    ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
  };
  const code = formatted.extensions?.code;
  if (typeof code === 'string' && (isVisible(code) || writtenForClients(error)))
    return { message: formatted.message, ...position, extensions: { code } };
  logger.error({ err: unwrap(error), path: formatted.path }, 'masked error');
  return {
    message: errorCatalogue.INTERNAL_SERVER_ERROR.message,
    ...position,
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}

function isVisible(code: string): boolean {
  return (
    (Object.hasOwn(errorCatalogue, code) || apolloRequestCodes.has(code)) && code !== 'INTERNAL_SERVER_ERROR'
  );
}

function unwrap(error: unknown): unknown {
  const original = (error as GraphQLError | undefined)?.originalError;
  return original instanceof Error && !(original instanceof CodedError) ? original : error;
}
