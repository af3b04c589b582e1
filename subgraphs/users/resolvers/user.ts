import { toGlobalId, uuidOf } from '../../../platform/global-id.ts';
import {
  type Connection,
  type Page,
  type PageArguments,
  parsePage,
  toConnection,
} from '../../shared/page.ts';
import { viewerId } from '../../shared/request-context.ts';
import type { Context } from '../context.ts';
import { type FollowRow, isFollowKey } from '../data/follows.ts';
import type { UserRow } from '../data/users.ts';
import type { UserResolvers } from '../resolver-types.ts';

/** Fields that aren't here are the row's own. */
export const user: UserResolvers = {
  __resolveReference(reference, context) {
    // A representation is whatever the caller sent.
    const id: unknown = reference.id;
    const uuid = typeof id === 'string' ? uuidOf('User', id) : null;
    return uuid === null ? null : context.loaders.users.load(uuid);
  },

  id: ({ id }) => toGlobalId('User', id),
  email: ({ id, email }, _args, context) => (viewerId(context) === id ? email : null),

  followers: ({ id }, args, context) =>
    followConnection(args, context, (page) => context.loaders.followers.load(id, page)),
  following: ({ id }, args, context) =>
    followConnection(args, context, (page) => context.loaders.following.load(id, page)),

  followerCount: async ({ id }, _args, { loaders }) =>
    (await loaders.followCounts.load(id))?.followerCount ?? 0,
  followingCount: async ({ id }, _args, { loaders }) =>
    (await loaders.followCounts.load(id))?.followingCount ?? 0,

  async viewerIsFollowing({ id }, _args, context) {
    return (await context.loaders.followedByViewer.load(id)) ?? false;
  },

  async followeeIds({ id }, _args, context) {
    const viewer = viewerId(context);
    if (viewer === null || viewer !== id) return null;
    const followees = await context.loaders.followees.load(viewer);
    return (followees ?? []).map((followee) => toGlobalId('User', followee));
  },
};

async function followConnection(
  args: PageArguments,
  { loaders }: Context,
  load: (page: Page) => Promise<readonly FollowRow[]>,
): Promise<Connection<UserRow>> {
  const page = parsePage(args, isFollowKey);
  const rows = await load(page);
  for (const row of rows) loaders.users.prime(row.id, row);
  return toConnection(
    page,
    rows,
    (row) => [row.followId],
    (row) => row,
  );
}
