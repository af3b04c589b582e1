/**
 * Reads what a subgraph says it has read, from the `extensions` of its answer: `apolloCacheTags` (a flat list,
 * for root fields) and `apolloEntityCacheTags` (a list for each representation). Apollo Router's names:
 * https://www.apollographql.com/docs/graphos/routing/performance/caching/response-caching/invalidation
 *
 * @returns undefined if it says nothing of the kind, 'malformed' if what it says can't be read
 */
export function tagsOfAnswer(
  subgraph: string,
  extensions: unknown,
): readonly string[] | undefined | 'malformed' {
  if (!isRecord(extensions)) return undefined;
  const { apolloCacheTags: ofRoot, apolloEntityCacheTags: ofEntities } = extensions;
  if (ofRoot === undefined && ofEntities === undefined) return undefined;
  const lists = [
    ...(ofRoot === undefined ? [] : [ofRoot]),
    // Which representation a list belongs to is of no matter: answers are kept whole.
    ...(Array.isArray(ofEntities) ? ofEntities : ofEntities === undefined ? [] : [ofEntities]),
  ];
  if (!lists.every(isTextList)) return 'malformed';
  return lists.flat().map((tag) => ownedTag(subgraph, tag));
}

/**
 * The tag as the cache knows it: it begins with the subgraph that owns it, as ours say themselves. Others don't,
 * and two of them may use the same word.
 */
export function ownedTag(subgraph: string, tag: string): string {
  const isOwned =
    tag.startsWith(subgraph) && (tag.length === subgraph.length || tag[subgraph.length] === '/');
  return isOwned ? tag : `${subgraph}/${tag}`;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
