import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../context.ts';

/** Clients choose the name and may make it long. */
const longestName = 100;

/** What is noted of an operation's name. */
export function factOfName(name: string | null | undefined): string | undefined {
  return name?.slice(0, longestName);
}

/** Notes which operation a request turned out to be, for its log line and metrics. */
export const operationFactsPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, operationName, contextValue }) {
        contextValue.operation.name = factOfName(operationName);
        contextValue.operation.type = operation?.operation ?? 'none';
      },
    };
  },
};
