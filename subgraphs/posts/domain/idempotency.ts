import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { ViewerId } from '../../shared/request-context.ts';
import { type InputCheck, refusal } from '../../shared/user-errors.ts';
import type { Database, DatabaseOrTransaction } from '../data/database.ts';
import { claimKey, removeExpiredKeys } from '../data/idempotency-keys.ts';
import { writeAs } from './deleted-accounts.ts';

/** A mutation that creates something, as the client asked for it. */
interface Request {
  readonly mutation: string;
  /** What the client calls this request; null: every time it comes it is another one. */
  readonly key: string | null;
  /** All that the mutation is told, in JSON's terms and always in the same order. */
  readonly input: unknown;
}

export function checkIdempotencyKey(check: InputCheck, key: string | null): void {
  check.expect(
    key === null || /^[!-~]{1,100}$/.test(key),
    'idempotencyKey',
    'An idempotency key has 1 to 100 printable ASCII characters and no spaces.',
  );
}

/**
 * Creates something for an account. Where the request has a key, it is created once, however often and from wherever the request
 * comes: the key is written in the transaction that creates it. So a refusal, which rolls back, doesn't use the key up.
 *
 * @param creation.create makes it, under the given id.
 * @param creation.find reads what a request with this key has created before; null when it is gone.
 * @throws Refusal CONFLICT when the key was used with another input.
 */
export function createOnce<Row>(
  database: Database,
  accountId: ViewerId,
  { mutation, key, input }: Request,
  creation: {
    readonly create: (transaction: DatabaseOrTransaction, id: string) => Promise<Row>;
    readonly find: (transaction: DatabaseOrTransaction, id: string) => Promise<Row | null>;
  },
): Promise<Row | null> {
  return writeAs(database, accountId, async (transaction) => {
    const id = uuidv7();
    if (key === null) return creation.create(transaction, id);
    const inputHash = hashOf(input);
    const claim = await claimKey(transaction, { accountId, mutation, key, inputHash }, id);
    if (Buffer.compare(claim.inputHash, inputHash) !== 0) throw usedOtherwise();
    if (claim.createdId !== id) return creation.find(transaction, claim.createdId);
    await removeExpiredKeys(transaction);
    return creation.create(transaction, id);
  });
}

function hashOf(input: unknown): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(JSON.stringify(input)).digest());
}

function usedOtherwise() {
  return refusal('CONFLICT', 'This idempotency key was used with another input.', 'idempotencyKey');
}
