import type { DatabaseOrTransaction } from './database.ts';

/** How long a key is remembered, at least; docs/schema.md and the schema say so. */
const lifetime = '1 day';

/** Expired keys that one write removes: more than it adds, so that none stay for long, and few enough to cost next to nothing. */
const mostRemoved = 10;

/** A request that is to create something once. */
export interface KeyedRequest {
  readonly accountId: string;
  readonly mutation: string;
  readonly key: string;
  /** SHA-256 of what the mutation is told. */
  readonly inputHash: Uint8Array<ArrayBuffer>;
}

/** What stands under a key. */
interface Claim {
  readonly inputHash: Uint8Array;
  readonly createdId: string;
}

/**
 * Puts the id under the request's key if nothing stands there, and reads what does then. Waits for a transaction that has claimed the
 * same key and is still open: so of two at once, one finds the other's id, or takes its place if it was rolled back.
 */
export async function claimKey(
  transaction: DatabaseOrTransaction,
  { accountId, mutation, key, inputHash }: KeyedRequest,
  id: string,
): Promise<Claim> {
  // An update that changes nothing, because DO NOTHING returns nothing, and a second statement might come too late to read the row.
  const [claim] = await transaction.$queryRaw<Claim[]>`
    INSERT INTO idempotency_keys AS kept (account_id, mutation, key, input_hash, created_id)
    VALUES (${accountId}::uuid, ${mutation}, ${key}, ${inputHash}, ${id}::uuid)
    ON CONFLICT (account_id, mutation, key) DO UPDATE SET created_id = kept.created_id
    RETURNING input_hash AS "inputHash", created_id AS "createdId"`;
  if (claim === undefined) throw new Error('An upsert returns its row, but there was none');
  return claim;
}

/** Removes some of the keys that have expired, whoever chose them. Waits for nobody: what others are removing is left to them. */
export async function removeExpiredKeys(transaction: DatabaseOrTransaction): Promise<void> {
  await transaction.$executeRaw`
    DELETE FROM idempotency_keys WHERE (account_id, mutation, key) IN (
      SELECT account_id, mutation, key FROM idempotency_keys
      WHERE created_at < CURRENT_TIMESTAMP - ${lifetime}::interval
      ORDER BY created_at LIMIT ${mostRemoved} FOR UPDATE SKIP LOCKED)`;
}
