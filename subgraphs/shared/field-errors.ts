import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { CodedError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logging.ts';
import { maskError } from '../../platform/mask-errors.ts';
import { codeOfDatabaseFailure } from './database-failures.ts';
import type { RequestContext } from './request-context.ts';

export interface FieldErrors {
  /**
   * What a gateway sees of an error; the rest is in the log.
   *
   * @param ofRequest writes lines with the ids of the request; by default what the plugin has noted
   */
  format(formatted: GraphQLFormattedError, error: unknown, ofRequest?: Logger): GraphQLFormattedError;
  /** Apollo Server formats errors without saying whose they are: this notes it. */
  readonly plugin: ApolloServerPlugin<RequestContext>;
}

/** @param logger for errors before there is a request's own */
export function createFieldErrors(logger: Logger): FieldErrors {
  const loggers = new WeakMap<object, Logger>();
  const loggerOf = (error: unknown) =>
    typeof error === 'object' && error !== null ? loggers.get(error) : undefined;

  return {
    format(formatted, error, ofRequest = loggerOf(error) ?? logger) {
      const cause = unwrapResolverError(error);
      const code = codeOfDatabaseFailure(cause);
      if (code === null) return maskError(formatted, error, ofRequest);
      ofRequest.error({ err: cause, path: formatted.path, code }, 'the database is away or too slow');
      const { message, extensions } = new CodedError(code);
      return { ...formatted, message, extensions };
    },
    plugin: {
      async requestDidStart({ contextValue }) {
        return {
          async didEncounterErrors({ errors }) {
            for (const error of errors) loggers.set(error, contextValue.logger());
          },
        };
      },
    },
  };
}
