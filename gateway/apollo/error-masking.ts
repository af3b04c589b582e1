import type { ApolloServerOptions, ApolloServerPlugin } from '@apollo/server';
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
