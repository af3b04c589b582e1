import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../context.ts';

/** Clients choose the name and may make it long. */
const longestName = 100;

/** Notes which operation a request turned out to be, for its log line and metrics. */
export const operationFactsPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, operationName, contextValue }) {
        contextValue.operation.name = operationName?.slice(0, longestName);
        contextValue.operation.type = operation?.operation ?? 'none';
      },
    };
  },
};
