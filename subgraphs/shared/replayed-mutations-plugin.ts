import type { ApolloServerPlugin } from '@apollo/server';
import { CodedError } from '../../platform/errors.ts';
import type { RequestContext } from './request-context.ts';

/**
 * Carries no mutation out that another replica has been sent in the same signed call. Queries don't ask: that would be a round
 * trip for each.
 */
export const replayedMutationsPlugin: ApolloServerPlugin<RequestContext> = {
  requestDidStart: async () => ({
    async didResolveOperation({ operation, contextValue }) {
      if (operation?.operation !== 'mutation' || (await contextValue.isFirstAnywhere())) return;
      contextValue.logger().warn('a mutation was sent again in the same call: refused');
      throw new CodedError('UNSIGNED_CALL', { failsRequest: true });
    },
  }),
};
