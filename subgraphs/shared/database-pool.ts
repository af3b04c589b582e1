import { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';
import type { Logger } from '../../platform/logging.ts';

/**
 * Every wait is bounded, from the outside in: the gateway gives up on a subgraph at its deadline (10 s), so a statement
 * that nobody waits for any longer must end before that. PostgreSQL ends it (`statementTimeoutMs`). Not at each request's own
 * deadline: many requests share a statement, and to tell PostgreSQL anew each time would cost a message for each. One that all
 * who asked have given up ends sooner, with its connection (named-reads.ts).
 */
const limits = {
  connectionTimeoutMillis: 2_000,
  idle_in_transaction_session_timeout: 10_000,
  idleTimeoutMillis: 30_000,
} as const;

/**
 * How soon, in milliseconds, PostgreSQL ends a statement whose connection was closed: it would go on to its end otherwise, for a
 * process that was killed, too.
 */
const connectionCheckMs = 500;

/** It can't on Windows, and refuses the setting there. */
const endsWithConnection =
  process.platform === 'win32' ? [] : [`client_connection_check_interval=${connectionCheckMs}`];

/**
 * How reads by key are planned (see named-reads.ts).
 *
 * Each statement once, whatever its values: one that takes an array PostgreSQL would plan anew at each call, which costs more than
 * to run it. And by indexes, in their order. The planner guesses that a parent has as many children as the average one and
 * that a page is a tenth of them, and would rather fetch and sort all of them, also where one has 100 000.
 */
export const settingsOfNamedReads = [
  'plan_cache_mode=force_generic_plan',
  'enable_seqscan=off',
  'enable_bitmapscan=off',
] as const;

/**
 * The connections of one subgraph to its database, with `db_pool_connections` by state in the metrics.
 *
 * @param options.forNamedReads connections with {@link settingsOfNamedReads}. In the metrics they are
 *   `db_read_pool_connections`.
 */
export function createDatabasePool(options: {
  url: string;
  size: number;
  /** After which PostgreSQL ends a statement, in milliseconds. */
  statementTimeoutMs: number;
  applicationName: string;
  forNamedReads?: boolean;
  registry: Registry;
  logger: Logger;
}): Pool {
  const { forNamedReads = false } = options;
  const pool = new Pool({
    connectionString: options.url,
    max: options.size,
    application_name: options.applicationName,
    keepAlive: true,
    // Prisma's adapter writes and reads times without their offset: in any other zone they would be wrong by it.
    options: ['TimeZone=UTC', ...endsWithConnection, ...(forNamedReads ? settingsOfNamedReads : [])]
      .map((setting) => `-c ${setting}`)
      .join(' '),
    ...limits,
    statement_timeout: options.statementTimeoutMs,
    // For a PostgreSQL that doesn't answer at all, so it comes second.
    query_timeout: options.statementTimeoutMs + 1_000,
  });
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on('error', (error) => options.logger.warn({ err: error }, 'idle database connection lost'));
  new Gauge({
    name: forNamedReads ? 'db_read_pool_connections' : 'db_pool_connections',
    help: 'Connections to the database, and requests that wait for one',
    labelNames: ['state'],
    registers: [options.registry],
    collect() {
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  return pool;
}
