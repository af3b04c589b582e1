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
  const targets: readonly Target[] = [
    { url: options.usersUrl, table: 'users', fill: (client) => seedUsers(client, options.users) },
    { url: options.postsUrl, table: 'posts', fill: (client) => seedPosts(client, options) },
  ];
  const empty: Target[] = [];
  for (const target of targets) {
    if (await isEmpty(target)) empty.push(target);
    else if (options.notEmpty === 'refuse')
      throw new Error(`The ${target.table} database is not empty. Seed a new one, or empty this one first.`);
  }
  return Object.assign({}, ...(await Promise.all(empty.map(fill))));
}

interface Target {
  readonly url: string;
  /** One that is never empty in a database that holds data. */
  readonly table: string;
  readonly fill: (client: Client) => Promise<Record<string, number>>;
}

async function isEmpty({ url, table }: Target): Promise<boolean> {
  return withClient(url, async (client) => {
    const { rowCount } = await client.query(`SELECT FROM ${table} LIMIT 1`);
    return rowCount === 0;
  });
}

/** All or nothing: an interrupted seed leaves an empty database that can be seeded again. */
async function fill(target: Target): Promise<Record<string, number>> {
  return withClient(target.url, async (client) => {
    await client.query('BEGIN');
    const counts = await loadUnindexed(client, () => target.fill(client));
    await client.query('COMMIT');
    // Plans of the first queries should know how much there is, and pages come from the indexes alone.
    await client.query('VACUUM ANALYZE');
    return counts;
  });
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
