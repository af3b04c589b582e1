import {
  createSharedPageRead,
  createSharedRead,
  type SharedPageRead,
  type SharedRead,
} from '../shared/shared-reads.ts';
import type { Database } from './data/database.ts';
import { type FollowCounts, type FollowRow, followCounts, followersOf, followingOf } from './data/follows.ts';
import { type UserRow, usersById, usersByUsername } from './data/users.ts';

/** What requests read together: that which is the same to everybody. */
export interface SharedReads {
  readonly users: SharedRead<string, UserRow>;
  readonly usersByUsername: SharedRead<string, UserRow>;
  readonly followers: SharedPageRead<FollowRow>;
  readonly following: SharedPageRead<FollowRow>;
  readonly followCounts: SharedRead<string, FollowCounts>;
}

/** Made once a process. */
export function createSharedReads(database: Database): SharedReads {
  return {
    users: createSharedRead((ids) => usersById(database, ids)),
    usersByUsername: createSharedRead((usernames) => usersByUsername(database, usernames)),
    followers: createSharedPageRead((users, page) => followersOf(database, users, page)),
    following: createSharedPageRead((users, page) => followingOf(database, users, page)),
    followCounts: createSharedRead((users) => followCounts(database, users)),
  };
}
