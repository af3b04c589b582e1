import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** What Apollo Server makes of an error before it is masked, for answers that it doesn't make. */
export function formattedError(error: Error): GraphQLFormattedError {
  const ofGraphql =
    error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
  const { http: _status, ...extensions } = ofGraphql.extensions;
  return {
    ...ofGraphql.toJSON(),
    extensions: { ...extensions, code: extensions.code ?? 'INTERNAL_SERVER_ERROR' },
  };
}
