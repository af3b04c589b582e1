import { Client } from 'pg';
import { loadUnindexed } from './bulk-load.ts';
import { seedPosts } from './seed-posts.ts';
import { seedUsers } from './seed-users.ts';

export interface SeedOptions {
  readonly usersUrl: string;
  readonly postsUrl: string;
  /** How many accounts, at least 1. */
  readonly users: number;
  readonly posts: number;
  /** What to do with a database that holds data already: nothing is ever mixed with it. */
  readonly notEmpty: 'refuse' | 'skip';
}

/**
 * Fills both databases with made-up people and posts: the same for the same numbers, on every machine.
 *
 * @returns how many rows went into what.
 * @throws when a database holds data already and `notEmpty` says to refuse.
 */
export async function seed(options: SeedOptions): Promise<Record<string, number>> {
  const counts = await Promise.all([
    intoEmpty(options.usersUrl, 'users', options, (client) => seedUsers(client, options.users)),
    intoEmpty(options.postsUrl, 'posts', options, (client) => seedPosts(client, options)),
  ]);
  return Object.assign({}, ...counts);
}

/** All or nothing: an interrupted seed leaves an empty database that can be seeded again. */
async function intoEmpty(
  url: string,
  table: string,
  { notEmpty }: SeedOptions,
  fill: (client: Client) => Promise<Record<string, number>>,
): Promise<Record<string, number>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN');
    const { rowCount } = await client.query(`SELECT FROM ${table} LIMIT 1`);
    if (rowCount !== 0) {
      if (notEmpty === 'skip') return {};
      throw new Error(`The ${table} database is not empty. Seed a new one, or empty this one first.`);
    }
    const result = await loadUnindexed(client, () => fill(client));
    await client.query('COMMIT');
    // Plans of the first queries should know how much there is.
    await client.query('VACUUM ANALYZE');
    return result;
  } finally {
    await client.end();
  }
}
