import type { NamedReads } from '../shared/named-reads.ts';
import {
  createSharedPageRead,
  createSharedRead,
  type SharedPageRead,
  type SharedRead,
} from '../shared/shared-reads.ts';
import { type FollowCounts, type FollowRow, followCounts, followersOf, followingOf } from './data/follows.ts';
import { findUsers, findUsersByUsername, type UserRow } from './data/users.ts';

/** What requests read together: that which is the same to everybody. */
export interface SharedReads {
  readonly users: SharedRead<string, UserRow>;
  readonly usersByUsername: SharedRead<string, UserRow>;
  readonly followers: SharedPageRead<FollowRow>;
  readonly following: SharedPageRead<FollowRow>;
  readonly followCounts: SharedRead<string, FollowCounts>;
}

/** Made once a process. */
export function createSharedReads(reads: NamedReads): SharedReads {
  return {
    users: createSharedRead((ids, columns) => findUsers(reads, ids, columns)),
    usersByUsername: createSharedRead((usernames, columns) => findUsersByUsername(reads, usernames, columns)),
    followers: createSharedPageRead((users, page, columns) => followersOf(reads, users, page, columns)),
    following: createSharedPageRead((users, page, columns) => followingOf(reads, users, page, columns)),
    followCounts: createSharedRead((users) => followCounts(reads, users)),
  };
}
