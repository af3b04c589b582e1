import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { Prisma, PrismaClient } from '../../../prisma/posts/client/client.ts';

export type Database = PrismaClient;

/** The database, or one transaction on it. */
export type DatabaseOrTransaction = Prisma.TransactionClient;

/** Prisma on connections of ours; whoever made the pool ends it, after `$disconnect`. */
export function createDatabase(pool: Pool): Database {
  return new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal' });
}

/** Longer than the pool lets anybody wait: its error says that we are overloaded, Prisma's would not. */
const maxWait = 3_000;

/** More deadlocks in a row than this are a fault, not bad luck. */
const attempts = 5;

/**
 * Runs the work in a transaction: all of it happens, or nothing. Deadlocks are expected: one write locks the counters of
 * several tags and of an author, and the order depends on which triggers it fires. PostgreSQL then fails one of the two
 * writers, which starts anew; so the work must do nothing but talk to the database.
 */
export async function inTransaction<Result>(
  database: Database,
  work: (transaction: DatabaseOrTransaction) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.$transaction(work, { maxWait });
    } catch (error) {
      if (attempt === attempts || !isDeadlock(error)) throw error;
    }
  }
}

/** P2034: "write conflict or a deadlock". */
function isDeadlock(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2034';
}
