import type { Pool } from 'pg';
import { until } from './poll.ts';

/** Waits until so many transactions on the pool's database wait for a lock that another one holds. */
export async function untilBlocked(pool: Pool, count: number): Promise<void> {
  await until(`${count} transactions wait`, async () => {
    const { rows } = await pool.query(
      `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
    );
    return rows.length === count || undefined;
  });
}
