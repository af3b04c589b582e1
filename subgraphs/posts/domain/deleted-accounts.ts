import { CodedError } from '../../../platform/errors.ts';
import { type Database, type DatabaseOrTransaction, inTransaction } from '../data/database.ts';
import {
  deleteDraftsOf,
  deleteIdempotencyKeysOf,
  deleteLikesOf,
  holdAccount,
  markDeleted,
  removeAuthorFromComments,
  removeAuthorFromPosts,
} from '../data/deleted-accounts.ts';

/**
 * Does what an account asks for in one transaction, and keeps it from being deleted meanwhile. Every write goes through
 * here: an access token outlives its account by minutes, and what it wrote then would never be found again.
 *
 * @throws CodedError UNAUTHENTICATED when the account is gone.
 */
export function writeAs<Result>(
  database: Database,
  accountId: string,
  write: (transaction: DatabaseOrTransaction) => Promise<Result>,
): Promise<Result> {
  return inTransaction(database, async (transaction) => {
    if (!(await holdAccount(transaction, accountId))) throw new CodedError('UNAUTHENTICATED');
    return write(transaction);
  });
}

/**
 * Follows the deletion of an account: what it published stays, without an author; the rest goes. Can be done again, and goes on where it was interrupted.
 */
export async function forgetAccount(database: Database, accountId: string): Promise<void> {
  const steps = [
    markDeleted,
    deleteIdempotencyKeysOf,
    deleteLikesOf,
    deleteDraftsOf,
    removeAuthorFromPosts,
    removeAuthorFromComments,
  ];
  for (const step of steps) await database.writeRetries.run(() => step(database, accountId));
}
