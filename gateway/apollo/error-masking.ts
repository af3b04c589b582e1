import type { ApolloServerOptions, ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { formattedError } from '../../platform/formatted-error.ts';
import type { Logger } from '../../platform/logging.ts';
import { maskError } from '../../platform/mask-errors.ts';
import type { GatewayContext } from '../context.ts';
import { isWrittenForClients } from '../subgraph-calls/subgraph-error.ts';

/**
 * Masks every error on its way out. Apollo Server formats errors without saying whose they are, so a plugin notes
 * the request's logger for each: the line about a masked error then carries the request's id.
 */
export function createErrorMasking(logger: Logger): Required<
  Pick<ApolloServerOptions<GatewayContext>, 'formatError'>
> & {
  plugin: ApolloServerPlugin<GatewayContext>;
} {
  const loggers = new WeakMap<object, Logger>();
  return {
    formatError(formatted, error) {
      if (isFaultOfRequest(error)) return { message: formatted.message, extensions: { code: 'BAD_REQUEST' } };
      const ofRequest = typeof error === 'object' && error !== null ? loggers.get(error) : undefined;
      return maskError(formatted, error, ofRequest ?? logger, isWrittenForClients);
    },
    plugin: {
      async requestDidStart({ contextValue }) {
        return {
          async didEncounterErrors({ errors }) {
            for (const error of errors) loggers.set(error, contextValue.logger);
          },
        };
      },
    },
  };
}

/** The same for an error of the executor, in an answer that Apollo Server doesn't make. */
export function maskedError(error: Error, logger: Logger): GraphQLFormattedError {
  return maskError(formattedError(error), error, logger, isWrittenForClients);
}

/** To what is wrong with a persisted query Apollo Server gives a status and no code, which would make it a fault of ours. */
function isFaultOfRequest(error: unknown): boolean {
  if (!(error instanceof GraphQLError) || error.extensions.code !== undefined) return false;
  const { http } = error.extensions as { http?: { status?: number } };
  return http?.status === 400;
}
