import type { DatabaseOrTransaction } from './database.ts';

/** Rows that one statement changes: far from its timeout, and a lock that nobody notices. */
const batch = 500;

/** Keeps an account from being deleted before the transaction ends; false when it is gone already. */
export async function holdAccount(transaction: DatabaseOrTransaction, accountId: string): Promise<boolean> {
  const [answer] = await transaction.$queryRaw<{ held: boolean }[]>`
    SELECT hold_account(${accountId}::uuid) AS held`;
  return answer?.held === true;
}

/** Waits for everything that is being written for the account, and lets nothing more be. */
export async function markDeleted(database: DatabaseOrTransaction, accountId: string): Promise<void> {
  await database.$executeRaw`SELECT mark_account_deleted(${accountId}::uuid)`;
}

// Below, rows are picked FOR UPDATE: of two that run at the same time, the second one waits, looks again, and goes on with
// rows that the first one hasn't done. So whoever finds none can say that none is left.

export function deleteLikesOf(database: DatabaseOrTransaction, accountId: string): Promise<void> {
  return inBatches(
    () => database.$executeRaw`
      DELETE FROM likes WHERE (post_id, user_id) IN (
        SELECT post_id, user_id FROM likes WHERE user_id = ${accountId}::uuid LIMIT ${batch} FOR UPDATE)`,
  );
}

export function deleteDraftsOf(database: DatabaseOrTransaction, accountId: string): Promise<void> {
  return inBatches(
    () => database.$executeRaw`
      DELETE FROM posts WHERE id IN (
        SELECT id FROM posts WHERE author_id = ${accountId}::uuid AND status = 'draft' LIMIT ${batch} FOR UPDATE)`,
  );
}

export function removeAuthorFromPosts(database: DatabaseOrTransaction, accountId: string): Promise<void> {
  // Drafts are left out for the sake of the index, which is on published posts; there are none any more.
  return inBatches(
    () => database.$executeRaw`
      UPDATE posts SET author_id = NULL WHERE id IN (
        SELECT id FROM posts WHERE author_id = ${accountId}::uuid AND status = 'published' LIMIT ${batch} FOR UPDATE)`,
  );
}

export function removeAuthorFromComments(database: DatabaseOrTransaction, accountId: string): Promise<void> {
  return inBatches(
    () => database.$executeRaw`
      UPDATE comments SET author_id = NULL WHERE id IN (
        SELECT id FROM comments WHERE author_id = ${accountId}::uuid LIMIT ${batch} FOR UPDATE)`,
  );
}

export function deleteIdempotencyKeysOf(database: DatabaseOrTransaction, accountId: string): Promise<void> {
  return inBatches(
    () => database.$executeRaw`
      DELETE FROM idempotency_keys WHERE (account_id, mutation, key) IN (
        SELECT account_id, mutation, key FROM idempotency_keys WHERE account_id = ${accountId}::uuid
        LIMIT ${batch} FOR UPDATE)`,
  );
}

async function inBatches(change: () => Promise<number>): Promise<void> {
  while ((await change()) > 0);
}
