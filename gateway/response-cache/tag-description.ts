import { subgraphOf } from '../../cache/tags.ts';
import { isUuid, toGlobalId } from '../../platform/global-id.ts';

/** What people get to see of a tag: see {@link TagDescriptions}. */
export type DescribeTag = (tag: string) => string;

/** What each subgraph said, unchecked: see {@link TagDescriptions.learn}. */
export type TagIdTypes = ReadonlyMap<string, unknown>;

/**
 * Tags hold keys of databases, which nobody outside should see or learn to rely on. Of a subgraph that says which type the
 * UUIDs in its tags are of, people see what a tag is of with the global id that clients know: `Post <id>` for
 * `posts/Post:<uuid>`, and `Post.author <id>`, with the id of a User, for `posts/Post.author:<uuid>`. Names (slugs, say)
 * aren't shown: what isn't a UUID nobody has vouched for.
 *
 * The tags of others may be anything. Of those they see the type, if they begin with one, or else the subgraph.
 */
export interface TagDescriptions {
  /**
   * Remembers, for each subgraph, of which type the UUIDs in its tags are, by what comes before the UUID:
   * `{ "Post": "Post", "Post.author": "User" }`.
   */
  learn(idTypes: TagIdTypes): void;
  readonly describe: DescribeTag;
}

/** @param isType whether the supergraph has a type of this name */
export function createTagDescriptions(isType: (name: string) => boolean): TagDescriptions {
  /** There are no more of them than the supergraph has subgraphs. */
  const idTypesOf = new Map<string, unknown>();

  return {
    learn(idTypes) {
      // The newest word counts: a subgraph may be another version by now.
      for (const [subgraph, types] of idTypes) idTypesOf.set(subgraph, types);
    },
    describe(tag) {
      const subgraph = subgraphOf(tag);
      const [kind = '', key = ''] = tag.slice(subgraph.length + 1).split(/[:#](.*)/s);
      const idTypes = idTypesOf.get(subgraph);
      if (idTypes === undefined) {
        const [type = ''] = kind.split('.');
        return isType(type) ? type : subgraph;
      }
      const idType = ownText(idTypes, kind);
      if (idType !== undefined && isUuid(key)) return `${kind} ${toGlobalId(idType, key)}`;
      return kind === '' ? subgraph : kind;
    },
  };
}

function ownText(record: unknown, name: string): string | undefined {
  if (typeof record !== 'object' || record === null || !Object.hasOwn(record, name)) return undefined;
  const value: unknown = Reflect.get(record, name);
  return typeof value === 'string' ? value : undefined;
}
