import {
  createLoader,
  createPageLoader,
  type Loader,
  notedList,
  type PageLoader,
} from '../shared/loaders.ts';
import type { Page } from '../shared/page.ts';
import { peekViewerId, type RequestContext } from '../shared/request-context.ts';
import { facts } from './data/cache-tags.ts';
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
import { listUsers, type UserRow, usersById, usersByUsername } from './data/users.ts';

/** As many as `User.followeeIds` promises. */
const followeeLimit = 1_000;

/** What the resolvers of one request read: one statement for all that ask at the same moment, and none twice. */
export interface Loaders {
  /** Accounts by id; null for those that are not there. */
  readonly users: Loader<string, UserRow>;
  readonly usersByUsername: Loader<string, UserRow>;
  /** A page of all accounts, or of those that hold the text. */
  list(search: string | null, page: Page): Promise<readonly UserRow[]>;
  readonly followers: PageLoader<FollowRow>;
  readonly following: PageLoader<FollowRow>;
  /** Null means zero. */
  readonly followCounts: Loader<string, FollowCounts>;
  /** Whether the viewer follows the account. */
  readonly followedByViewer: Loader<string, true>;
  /** Whom an account follows, latest first. */
  readonly followees: Loader<string, readonly string[]>;
}

export function createLoaders(database: Database, request: RequestContext): Loaders {
  const { answer } = request;
  const viewer = peekViewerId(request);
  const rowTag = ({ id }: UserRow) => facts.user(id);

  return {
    users: createLoader({ answer, load: (ids) => usersById(database, ids), tags: (id) => [facts.user(id)] }),
    usersByUsername: createLoader({
      answer,
      load: (usernames) => usersByUsername(database, usernames),
      tags: (username) => [facts.username(username)],
      note(user) {
        if (user !== null) answer.record(rowTag(user));
      },
    }),
    list: (search, page) =>
      notedList(
        answer,
        [search === null ? facts.all : facts.search],
        rowTag,
        listUsers(database, search, page),
      ),
    followers: createPageLoader({
      answer,
      load: (users, page) => followersOf(database, users, page),
      listTag: facts.followers,
      rowTag,
    }),
    following: createPageLoader({
      answer,
      load: (users, page) => followingOf(database, users, page),
      listTag: facts.following,
      rowTag,
    }),
    followCounts: createLoader({
      answer,
      load: (users) => followCounts(database, users),
      tags: (user) => [facts.counters(user)],
    }),
    followedByViewer: createLoader({
      answer,
      load: async (users) =>
        viewer === null ? new Map<string, true>() : followedAmong(database, viewer, users),
      tags: () => (viewer === null ? [] : [facts.following(viewer)]),
      note: request.viewer.read,
    }),
    // Asked for the viewer only, so there is never more than one key.
    followees: createLoader({
      answer,
      load: async (users) =>
        new Map(
          await Promise.all(
            users.map(async (user) => [user, await latestFollowees(database, user, followeeLimit)] as const),
          ),
        ),
      tags: (user) => [facts.following(user)],
    }),
  };
}
