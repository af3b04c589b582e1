import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from './request-context.ts';

/**
 * Says with every answer to a query what it rests on, to whoever keeps answers. In the names that Apollo Router's response
 * cache reads (https://www.apollographql.com/docs/graphos/routing/performance/caching/response-caching/invalidation):
 * `extensions.apolloCacheTags`, the tags of all root fields, and `extensions.apolloEntityCacheTags`, a list for each
 * representation. And `Cache-Control: private` where it mattered who asked, `no-store` where it mattered by
 * which sign-in, whatever the schema's hints say.
 *
 * @param options.hasRelay whether a relay of this subgraph vouches for its answers (rule 5): then `extensions.cacheRelay`
 *   says so, and gateways serve what they keep of them only while its lease is valid
 * @param options.tagIdTypes of which type the UUIDs in tags are, by what comes between the subgraph's name and the UUID, as in
 *   `{ 'Post.author': 'User' }`: `extensions.cacheTagIdTypes`, so that gateways can say what was invalidated by the id that
 *   clients know
 */
export function createAnswerRecordPlugin(options: {
  hasRelay: boolean;
  tagIdTypes: Readonly<Record<string, string>> | undefined;
}): ApolloServerPlugin<RequestContext> {
  const { hasRelay, tagIdTypes } = options;
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
        const { root, entities } = contextValue.answer.tags();
        const { singleResult } = response.body;
        singleResult.extensions = {
          ...singleResult.extensions,
          ...(hasRelay ? { cacheRelay: true } : {}),
          ...(tagIdTypes === undefined ? {} : { cacheTagIdTypes: tagIdTypes }),
          ...(entities === undefined || root.length > 0 ? { apolloCacheTags: root } : {}),
          ...(entities === undefined ? {} : { apolloEntityCacheTags: entities }),
        };
      },
    }),
  };
}
