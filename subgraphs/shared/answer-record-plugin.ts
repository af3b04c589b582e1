import type { ApolloServerPlugin } from '@apollo/server';
import { answerExtensions, type VouchedFor } from './answer-extensions.ts';
import type { RequestContext } from './request-context.ts';

/**
 * Says with every answer to a query what it rests on (see answer-extensions.ts). And `Cache-Control: private` where it mattered
 * who asked, `no-store` where it mattered by which sign-in, whatever the schema's hints say.
 */
export function createAnswerRecordPlugin(vouchedFor: VouchedFor): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      executionDidStart: async ({ contextValue, overallCachePolicy }) => ({
        // Before Apollo's own plugin makes the header of the policy.
        async executionDidEnd() {
          const { answer } = contextValue;
          // Apollo then says no-store.
          if (answer.dependsOnSession()) overallCachePolicy.restrict({ maxAge: 0 });
          if (answer.dependsOnViewer()) overallCachePolicy.restrict({ scope: 'PRIVATE' });
        },
      }),
      async willSendResponse({ operation, contextValue, response }) {
        if (operation?.operation !== 'query' || response.body.kind !== 'single') return;
        const { singleResult } = response.body;
        const extensions = answerExtensions(contextValue.answer, vouchedFor);
        if (extensions !== undefined) singleResult.extensions = { ...singleResult.extensions, ...extensions };
      },
    }),
  };
}
