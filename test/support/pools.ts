import { Pool } from 'pg';

/**
 * Connections to a test's database; end them before it is dropped. Even so one may hear that its database goes, because
 * `end` doesn't wait for connections to close, and without a listener that would fail the test.
 */
export function createTestPool(url: string, max: number): Pool {
  return new Pool({ connectionString: url, max }).on('error', () => {});
}
