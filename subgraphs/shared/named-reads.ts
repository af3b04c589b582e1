import { createHash } from 'node:crypto';
import type { Sql } from '@prisma/client/runtime/client';
import type { Pool, PoolClient } from 'pg';
import { CodedError } from '../../platform/errors.ts';
import { execute, type NamedStatement } from './named-statement.ts';
import type { Waiting } from './waiting.ts';

/**
 * Reads that most requests need, past Prisma: as named statements, which a connection parses and plans once. Prisma plans each
 * statement anew, and building it and its rows costs more than reading them (docs/benchmarks.md, `unique`). Only for what all
 * requests read together (shared-reads.ts); everything else is Prisma's. Tests hold what is read here to what Prisma
 * returns, and its plans to reading no more than they return.
 */
export interface NamedReads {
  /**
   * @param statement made by the `sql` tag. Its text is the same at every call, but for a few shapes: each one is kept by every
   *   connection until it closes.
   */
  read<Row>(statement: Sql): Promise<Row[]>;
}

/** How often, in milliseconds, statements are looked at after somebody gave up: shorter ones end by themselves. */
const lookMs = 100;

interface Running {
  readonly client: PoolClient;
  /** The last who may wait for it. */
  readonly upTo: number;
}

/**
 * @param pool one with generic plans: see database-pool.ts
 * @param waiting those whose requests the reads are for. A statement that none of them waits for any more loses its connection,
 *   with which PostgreSQL ends it. Not by a cancel request: that might meet the next statement.
 */
export function createNamedReads(pool: Pool, waiting?: Waiting): NamedReads {
  const names = new Map<string, string>();
  const running = new Set<Running>();
  let look: NodeJS.Timeout | undefined;

  const isWanted = (upTo: number) => waiting === undefined || waiting.isAnyoneUpTo(upTo);

  const lookLater = () => {
    if (look !== undefined) return;
    look = setTimeout(() => {
      look = undefined;
      for (const { client, upTo } of running) if (!isWanted(upTo)) client.end().catch(() => undefined);
      if (running.size > 0) lookLater();
    }, lookMs).unref();
  };
  waiting?.onGivenUp(lookLater);

  const run = async <Row>(named: NamedStatement): Promise<Row[]> => {
    const upTo = waiting?.latest ?? 0;
    const client = await pool.connect();
    if (!isWanted(upTo)) {
      client.release();
      throw new CodedError('SUBGRAPH_UNAVAILABLE');
    }
    // A connection that breaks also fails its statement; unheard, this event would end the process.
    const ignore = () => {};
    client.on('error', ignore);
    const statement = { client, upTo };
    running.add(statement);
    let failure: Error | undefined;
    try {
      return await execute<Row>(client, named);
    } catch (error) {
      failure = error instanceof Error ? error : new Error('a statement failed', { cause: error });
      throw failure;
    } finally {
      running.delete(statement);
      client.removeListener('error', ignore);
      // What failed may have broken the connection: it is replaced.
      client.release(failure);
    }
  };

  return {
    async read<Row>({ text, values }: Sql) {
      let name = names.get(text);
      if (name === undefined) {
        // A connection that knows the name under another text would refuse it.
        name = createHash('sha256').update(text).digest('base64url');
        names.set(text, name);
      }
      return run<Row>({ name, text, values });
    },
  };
}
