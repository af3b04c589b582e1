import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../context.ts';

/** Notes what an answer's caching policy is. Comes first of all plugins: others take out of the answer what speaks against storing it. */
export const answerPolicyPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response, operation, contextValue }) {
        if (response.body.kind !== 'single' || operation === undefined) return;
        contextValue.cache.finish({
          operationType: operation.operation,
          status: response.http.status ?? 200,
          result: response.body.singleResult,
          signedIn: contextValue.viewer !== null,
        });
      },
    };
  },
};
