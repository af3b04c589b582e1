import {
  createLoader,
  createPageLoader,
  createViewerLoader,
  type Loader,
  notedList,
  type PageLoader,
  type ViewerLoader,
} from '../shared/loaders.ts';
import type { Page } from '../shared/page.ts';
import type { RequestContext, ViewerId } from '../shared/request-context.ts';
import { facts } from './data/cache-tags.ts';
import type { Database } from './data/database.ts';
import { type FollowCounts, type FollowRow, followedAmong, latestFollowees } from './data/follows.ts';
import { listUsers, type UserRow, userColumns } from './data/users.ts';
import type { SharedReads } from './shared-reads.ts';

/** As many as `User.followeeIds` promises. */
const followeeLimit = 1_000;

/**
 * What the resolvers of one request read: nothing twice, and one statement for all that ask at the same moment, in this
 * request or, where it doesn't matter who asks, in any.
 */
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
  readonly followedByViewer: ViewerLoader<string, true>;
  /** Whom the viewer follows, latest first. */
  readonly followees: ViewerLoader<ViewerId, readonly string[]>;
}

export function createLoaders(database: Database, shared: SharedReads, request: RequestContext): Loaders {
  const { answer } = request;
  const rowTag = ({ id }: UserRow) => facts.user(id);
  const columns = userColumns.neededFor(request.asked);

  return {
    users: createLoader({
      answer,
      read: (id) => shared.users.read(id, columns),
      tags: (id) => [facts.user(id)],
    }),
    usersByUsername: createLoader({
      answer,
      read: (username) => shared.usersByUsername.read(username, columns),
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
      read: (user, page) => shared.followers.read(user, page, columns),
      listTag: facts.followers,
      rowTag,
    }),
    following: createPageLoader({
      answer,
      read: (user, page) => shared.following.read(user, page, columns),
      listTag: facts.following,
      rowTag,
    }),
    followCounts: createLoader({
      answer,
      read: (user) => shared.followCounts.read(user),
      tags: (user) => [facts.counters(user)],
    }),
    followedByViewer: createViewerLoader({
      request,
      load: (users, viewer) => followedAmong(database, viewer, users),
      tags: (_user, viewer) => [facts.following(viewer)],
    }),
    followees: createViewerLoader({
      request,
      // There is but one key.
      load: async (_viewers, viewer) =>
        new Map([[viewer, await latestFollowees(database, viewer, followeeLimit)]]),
      tags: (viewer) => [facts.following(viewer)],
    }),
  };
}
