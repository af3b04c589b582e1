import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { type Prisma, PrismaClient } from '../../../prisma/posts/client/client.ts';
import type { WriteRetries } from '../../shared/write-retries.ts';

export type Database = PrismaClient & { readonly writeRetries: WriteRetries };

/** The database, or one transaction on it. */
export type DatabaseOrTransaction = Prisma.TransactionClient;

/** Prisma on connections of ours; whoever made the pool ends it, after `$disconnect`. */
export function createDatabase(pool: Pool, writeRetries: WriteRetries): Database {
  const client = new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal' });
  return Object.assign(client, { writeRetries });
}

/** Longer than the pool lets anybody wait: its error says that we are overloaded, Prisma's would not. */
const maxWait = 3_000;

/**
 * Runs the work in a transaction: all of it happens, or nothing. Deadlocks are expected: one write locks the counters of
 * several tags and of an author, and the order depends on which triggers it fires. PostgreSQL then fails one of the two
 * writers, which starts anew; so the work must do nothing but talk to the database.
 */
export function inTransaction<Result>(
  database: Database,
  work: (transaction: DatabaseOrTransaction) => Promise<Result>,
): Promise<Result> {
  return database.writeRetries.run(() => database.$transaction(work, { maxWait }));
}
