/**
 * The facts that answers of this subgraph rest on, as tags of the cache (not those of posts). The triggers of
 * prisma/posts/migrations name the same when a row changes; test/tags/agreement-*.test.ts holds the two together.
 */
export const facts = {
  /** The post itself, or that there is none. */
  post: (id: string) => `posts/Post:${id}`,
  /** Whose slug it is, if any post's. */
  slug: (slug: string) => `posts/Post.slug:${slug}`,
  /** Which posts are published, and when they were. */
  all: 'posts/Post.all',
  /** The same for the posts of an author; */
  author: (author: string) => `posts/Post.author:${author}`,
  /** with a tag; */
  withTag: (tag: string) => `posts/Post.tag:${tag}`,
  /** that are found by a search, whatever was searched for. */
  search: 'posts/Post.search',
  drafts: (author: string) => `posts/Post.drafts:${author}`,
  tagsOfPost: (post: string) => `posts/Post.tags:${post}`,
  postCounters: (post: string) => `posts/Post.counters:${post}`,
  authorCounters: (author: string) => `posts/Author.counters:${author}`,
  /** How many posts have the tag. */
  tag: (name: string) => `posts/Tag:${name}`,
  /** Which tags there are. */
  allTags: 'posts/Tag.all',
  comment: (id: string) => `posts/Comment:${id}`,
  commentsOfPost: (post: string) => `posts/Comment.post:${post}`,
  likesOfUser: (user: string) => `posts/Like.user:${user}`,
} as const;

/** Of which type the ids in them are, for whoever explains them to clients: gateways show `Post.author` of a User. */
export const tagIdTypes = {
  Post: 'Post',
  'Post.author': 'User',
  'Post.drafts': 'User',
  'Post.tags': 'Post',
  'Post.counters': 'Post',
  'Author.counters': 'User',
  Comment: 'Comment',
  'Comment.post': 'Post',
  'Like.user': 'User',
} as const;
