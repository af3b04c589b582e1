import type DataLoader from 'dataloader';
import { createLoader, createPageLoader, type PageLoader } from '../shared/loaders.ts';
import type { Database } from './data/database.ts';
import {
  type FollowCounts,
  type FollowRow,
  followCounts,
  followedAmong,
  followersOf,
  followingOf,
  latestFollowees,
} from './data/follows.ts';
import { type UserRow, usersById } from './data/users.ts';

/** As many as `User.followeeIds` promises. */
const followeeLimit = 1_000;

/** What the resolvers of one request read: one statement for all that ask at the same moment, and none twice. */
export interface Loaders {
  /** Accounts by id; null for those that are not there. */
  readonly users: DataLoader<string, UserRow | null>;
  readonly followers: PageLoader<FollowRow>;
  readonly following: PageLoader<FollowRow>;
  /** Null means zero. */
  readonly followCounts: DataLoader<string, FollowCounts | null>;
  /** Whether the viewer follows the account. */
  readonly followedByViewer: DataLoader<string, true | null>;
  /** Whom an account follows, latest first. */
  readonly followees: DataLoader<string, readonly string[] | null>;
}

export function createLoaders(database: Database, viewer: string | null): Loaders {
  return {
    users: createLoader((ids) => usersById(database, ids)),
    followers: createPageLoader((users, page) => followersOf(database, users, page)),
    following: createPageLoader((users, page) => followingOf(database, users, page)),
    followCounts: createLoader((users) => followCounts(database, users)),
    followedByViewer: createLoader(async (users) =>
      viewer === null ? new Map<string, true>() : followedAmong(database, viewer, users),
    ),
    // Asked for the viewer only, so there is never more than one key.
    followees: createLoader(
      async (users) =>
        new Map(
          await Promise.all(
            users.map(async (user) => [user, await latestFollowees(database, user, followeeLimit)] as const),
          ),
        ),
    ),
  };
}
