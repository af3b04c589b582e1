/**
 * What people get to see of a tag. Tags hold keys of databases, which nobody outside should see or learn to rely
 * on; whoever knows how a subgraph writes its tags may turn `posts/Post:<uuid>` into the type and the global id
 * that clients know.
 */
export type DescribeTag = (tag: string) => string;

/**
 * Of any tag the type or list it is of: `Post` for `posts/Post:<uuid>`, `Post.author` for
 * `posts/Post.author:<uuid>`.
 */
export const describeByType: DescribeTag = (tag) => {
  const [name = ''] = tag.slice(tag.indexOf('/') + 1).split(/[:#]/, 1);
  return name;
};
