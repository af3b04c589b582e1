import { uuidOf } from '../../../platform/global-id.ts';
import { requireSignedIn } from '../context.ts';
import type { MutationResolvers } from '../resolver-types.ts';
import { mutate } from './mutate.ts';

export const followingMutations: Pick<MutationResolvers, 'followUser' | 'unfollowUser'> = {
  followUser(_mutation, { input }, context) {
    const viewer = requireSignedIn(context);
    return mutate(context, { user: null }, async () => ({
      user: await context.following.follow(viewer, uuidOf('User', input.userId)),
    }));
  },

  unfollowUser(_mutation, { input }, context) {
    const viewer = requireSignedIn(context);
    return mutate(context, { user: null }, async () => ({
      user: await context.following.unfollow(viewer, uuidOf('User', input.userId)),
    }));
  },
};
