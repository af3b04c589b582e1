import type { TagResolvers } from '../resolver-types.ts';
import { publishedPosts } from './published-posts.ts';

export const tag: TagResolvers = {
  postCount: async ({ name }, _args, { reads }) => (await reads.postCountsOfTags.load(name)) ?? 0,
  posts: ({ name }, args, { reads }) => publishedPosts(args, (page) => reads.postsOfTags.load(name, page)),
};
