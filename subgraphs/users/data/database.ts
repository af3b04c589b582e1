import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { Prisma, PrismaClient } from '../../../prisma/users/client/client.ts';
import type { WriteRetries } from '../../shared/write-retries.ts';

export type Database = PrismaClient & { readonly writeRetries: WriteRetries };

/** The database, or a transaction on it: what every function of this folder takes. */
export type Connection = Prisma.TransactionClient;

/** The users database over connections that the caller closes. */
export function createDatabase(pool: Pool, writeRetries: WriteRetries): Database {
  const client = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: false }),
    // The other formats print a failed call's arguments: password hashes and addresses would be in the log.
    errorFormat: 'minimal',
  });
  return Object.assign(client, { writeRetries });
}

/**
 * Runs `work` in one transaction, rolled back when it throws, and begun anew after a deadlock: so it may run more than once. Shorter
 * than the gateway's deadline of 10 s. The wait for a connection is longer than the pool's own: its error says that we are
 * overloaded, Prisma's would not.
 */
export function inTransaction<Result>(
  database: Database,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  return database.writeRetries.run(() => database.$transaction(work, { maxWait: 3_000, timeout: 7_000 }));
}

const uniqueViolation = 'P2002';

/** The name of the unique index that refused a write; null for every other error. */
export function violatedIndex(error: unknown): string | null {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== uniqueViolation) return null;
  const { driverAdapterError } = (error.meta ?? {}) as {
    driverAdapterError?: { cause?: { constraint?: { index?: string } } };
  };
  return driverAdapterError?.cause?.constraint?.index ?? null;
}
