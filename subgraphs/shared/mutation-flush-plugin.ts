import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import { flushReportName, toFlushReport } from '../../cache/flush-report.ts';
import type { Relay } from '../../cache/relay.ts';

/**
 * Rule 4: answers no mutation before its invalidations are out, or half a second has passed. Every mutation, whatever its
 * resolvers did and however they ended: one that failed may have committed something before.
 */
export function createMutationFlushPlugin(flush: Relay['flush']): ApolloServerPlugin<BaseContext> {
  return {
    requestDidStart: async () => ({
      async willSendResponse({ operation, response }) {
        if (operation?.operation !== 'mutation' || response.body.kind !== 'single') return;
        const { singleResult } = response.body;
        const report = toFlushReport(await flush());
        singleResult.extensions = { ...singleResult.extensions, [flushReportName]: report };
      },
    }),
  };
}
