import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { v7 } from 'uuid';

/** Rows with the least that the databases accept; each returns the id. */

export async function insertUser(client: Client, values: Record<string, unknown> = {}): Promise<string> {
  const unique = randomBytes(6).toString('hex');
  const row = {
    id: v7(),
    username: `user_${unique}`,
    name: 'Ada',
    email: `${unique}@example.com`,
    password_hash: 'hash',
    ...values,
  };
  await insert(client, 'users', row);
  return row.id;
}

export async function insertPost(client: Client, values: Record<string, unknown> = {}): Promise<string> {
  const row = {
    id: v7(),
    author_id: v7(),
    slug: `post-${randomBytes(6).toString('hex')}`,
    title: 'Title',
    body: 'Body',
    ...values,
  };
  await insert(client, 'posts', row);
  return row.id;
}

/** For the values of a published post. */
export const published = { status: 'published', published_at: '2026-01-02T03:04:05.678Z' };

export async function insert(client: Client, table: string, row: Record<string, unknown>): Promise<void> {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  await client.query(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(row),
  );
}
