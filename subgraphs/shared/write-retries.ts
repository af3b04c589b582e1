import { setTimeout } from 'node:timers/promises';
import { Counter, type Registry } from 'prom-client';
import type { Logger } from '../../platform/logging.ts';
import { sqlStateOf } from './sql-state.ts';

/**
 * With these PostgreSQL says that it rolled a transaction back for the sake of another one, and that it may be tried again
 * (https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html). Nothing else is in here: after a connection
 * that was lost, say, nobody knows whether the transaction was committed.
 */
const rolledBack: ReadonlyMap<string, string> = new Map([
  ['40001', 'serialization_failure'],
  ['40P01', 'deadlock'],
]);

/** More in a row than this are a fault, not bad luck. */
const mostTries = 5;

/** No try begins later than this: the gateway waits for 10 s, and one may take most of the rest. */
const patienceMs = 4_000;

/** The longest pause before the second try; each further one may be twice as long. */
const firstPauseMs = 10;

export interface WriteRetries {
  /**
   * Does a write, and does it again while PostgreSQL rolls it back because of others that write at the same time: five times and four
   * seconds at most. So `write` is a transaction, or one statement, and does nothing else that must not happen twice.
   */
  run<Result>(write: () => Promise<Result>): Promise<Result>;
}

/** Counts what is done again as `db_write_retries_total`, by reason. */
export function createWriteRetries({
  registry,
  logger,
}: {
  registry: Registry;
  logger: Logger;
}): WriteRetries {
  const retries = new Counter({
    name: 'db_write_retries_total',
    help: 'Writes that were done again after PostgreSQL rolled them back for the sake of others',
    labelNames: ['reason'],
    registers: [registry],
  });
  return {
    async run(write) {
      const startedAt = performance.now();
      for (let tries = 1; ; tries++) {
        try {
          return await write();
        } catch (error) {
          const reason = rolledBack.get(sqlStateOf(error) ?? '');
          if (reason === undefined) throw error;
          if (tries === mostTries || performance.now() - startedAt > patienceMs) {
            logger.warn({ reason, tries }, 'a write was rolled back each time, and is given up');
            throw error;
          }
          retries.inc({ reason });
        }
        // Of any length, so that those who met once don't meet again.
        await setTimeout(Math.random() * firstPauseMs * 2 ** (tries - 1));
      }
    },
  };
}
