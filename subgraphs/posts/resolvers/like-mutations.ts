import { likePost, unlikePost } from '../domain/likes.ts';
import type { MutationResolvers } from '../resolver-types.ts';
import { mutate, requirePostUuid } from './mutation.ts';

export const likeMutations: MutationResolvers = {
  likePost: (_parent, { input }, context) =>
    mutate(context, { post: null }, async (viewerId) => ({
      post: await likePost(context.database, viewerId, requirePostUuid('postId', input.postId)),
    })),

  unlikePost: (_parent, { input }, context) =>
    mutate(context, { post: null }, async (viewerId) => ({
      post: await unlikePost(context.database, viewerId, requirePostUuid('postId', input.postId)),
    })),
};
