import { refusal } from '../shared/user-errors.ts';
import { holdUsers } from './data/accounts.ts';
import { type Database, inTransaction } from './data/database.ts';
import { deleteFollow, insertFollow } from './data/follows.ts';
import { type UserRow, usersById } from './data/users.ts';
import { accountGone, type SignedIn } from './signed-in.ts';

/** Who follows whom. */
export interface Following {
  /**
   * Makes the viewer follow the account, which is returned.
   *
   * @param userId null for an id that is no account's.
   * @throws Refusal NOT_FOUND, or INVALID for oneself.
   * @throws CodedError UNAUTHENTICATED when the viewer's account is gone.
   */
  follow(viewer: SignedIn, userId: string | null): Promise<UserRow>;
  /** Makes the viewer follow the account no longer; otherwise like `follow`. */
  unfollow(viewer: SignedIn, userId: string | null): Promise<UserRow>;
}

export function createFollowing(database: Database): Following {
  return {
    follow: (viewer, userId) =>
      inTransaction(database, async (connection) => {
        // Held: an account that is deleted right now must not be left with a follower.
        const users = await holdUsers(connection, [viewer.id, ...(userId === null ? [] : [userId])]);
        const user = otherUser(users, viewer, userId);
        await insertFollow(connection, { followerId: viewer.id, followeeId: user.id });
        return user;
      }),

    async unfollow(viewer, userId) {
      const users = await usersById(database, [viewer.id, ...(userId === null ? [] : [userId])]);
      const user = otherUser(users, viewer, userId);
      const follow = { followerId: viewer.id, followeeId: user.id };
      await database.writeRetries.run(() => deleteFollow(database, follow));
      return user;
    },
  };
}

function otherUser(users: ReadonlyMap<string, UserRow>, viewer: SignedIn, userId: string | null): UserRow {
  if (!users.has(viewer.id)) throw accountGone();
  const user = userId === null ? undefined : users.get(userId);
  if (user === undefined) throw refusal('NOT_FOUND', 'There is no such account.', 'userId');
  if (user.id === viewer.id) throw refusal('INVALID', 'Nobody follows themselves.', 'userId');
  return user;
}
