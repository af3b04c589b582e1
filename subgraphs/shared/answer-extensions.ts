import type { AnswerRecord } from './answer-record.ts';

/** What a subgraph says with all of its answers. */
export interface VouchedFor {
  /**
   * Whether a relay of this subgraph vouches for its answers (rule 5): then `extensions.cacheRelay` says so, and gateways serve
   * what they keep of them only while its lease is valid.
   */
  readonly hasRelay: boolean;
  /**
   * Of which type the UUIDs in tags are, by what comes between the subgraph's name and the UUID, as in `{ 'Post.author': 'User' }`:
   * `extensions.cacheTagIdTypes`, so that gateways can say what was invalidated by the id that clients know.
   */
  readonly tagIdTypes: Readonly<Record<string, string>> | undefined;
}

/**
 * What the answer to a query rests on, for whoever keeps answers. In the names that Apollo Router's response
 * cache reads (https://www.apollographql.com/docs/graphos/routing/performance/caching/response-caching/invalidation):
 * `extensions.apolloCacheTags`, the tags of all root fields, and `extensions.apolloEntityCacheTags`, a list for each
 * representation.
 */
export function answerExtensions(answer: AnswerRecord, { hasRelay, tagIdTypes }: VouchedFor): object {
  const { root, entities } = answer.tags();
  return {
    ...(hasRelay ? { cacheRelay: true } : {}),
    ...(tagIdTypes === undefined ? {} : { cacheTagIdTypes: tagIdTypes }),
    ...(entities === undefined || root.length > 0 ? { apolloCacheTags: root } : {}),
    ...(entities === undefined ? {} : { apolloEntityCacheTags: entities }),
  };
}
