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
 *
 * @returns undefined where nobody keeps it: see {@link wantsTags}
 */
export function answerExtensions(
  answer: AnswerRecord,
  { hasRelay, tagIdTypes }: VouchedFor,
): object | undefined {
  const tags = answer.tags();
  if (tags === undefined) return undefined;
  const { root, entities } = tags;
  return {
    ...(hasRelay ? { cacheRelay: true } : {}),
    ...(tagIdTypes === undefined ? {} : { cacheTagIdTypes: tagIdTypes }),
    ...(entities === undefined || root.length > 0 ? { apolloCacheTags: root } : {}),
    ...(entities === undefined ? {} : { apolloEntityCacheTags: entities }),
  };
}

/**
 * Whether the body of a request leaves it at that. Who keeps no answers says so by `extensions: { "cacheTags": false }`: the tags are
 * as long as the answer.
 */
export function wantsTags(body: unknown): boolean {
  const { extensions } = (body ?? {}) as { extensions?: { cacheTags?: unknown } | null };
  return extensions?.cacheTags !== false;
}
