import { Client } from 'pg';
import { bulkInsert } from '../../../prisma/seed/bulk-insert.ts';
import type { BenchDatabases } from '../../systems/databases.ts';
import { joinDatabase } from '../../systems/join-database.ts';

/** The one whose feed is asked for. */
const viewer = 'ada';
/** As many as a feed is made of at most. */
export const followees = 1_000;
/** Of different places in the feed. */
const keys = 500;

/**
 * Has one of the seed's people follow so many others, in the users database and beside the copies of both.
 *
 * @returns sort keys of the latest posts, with which pages of the feed may begin
 */
export async function followMany({
  usersUrl,
  url,
}: BenchDatabases): Promise<[publishedAt: string, id: string][]> {
  await using users = await connect(usersUrl);
  await using joined = await connect(url(joinDatabase));
  await users.client.query(
    `INSERT INTO follows (id, follower_id, followee_id)
     SELECT md5('follow ' || others.id)::uuid, viewer.id, others.id
     FROM users AS viewer JOIN users AS others ON others.id <> viewer.id
     WHERE viewer.username = $1
       AND NOT EXISTS (SELECT FROM follows WHERE follower_id = viewer.id AND followee_id = others.id)
     ORDER BY md5(others.id::text)
     LIMIT $2 - (SELECT count(*) FROM follows JOIN users ON users.id = follower_id WHERE username = $1)`,
    [viewer, followees],
  );
  const { rows } = await users.client.query({
    text: 'SELECT follower_id, followee_id FROM follows JOIN users ON users.id = follower_id WHERE username = $1',
    values: [viewer],
    rowMode: 'array',
  });
  await joined.client.query(
    'CREATE TABLE follows (follower_id uuid, followee_id uuid, PRIMARY KEY (follower_id, followee_id))',
  );
  await bulkInsert(
    joined.client,
    'follows',
    [
      ['follower_id', 'uuid'],
      ['followee_id', 'uuid'],
    ],
    rows,
  );
  await joined.client.query('VACUUM ANALYZE follows');
  const latest = await joined.client.query<{ at: Date; id: string }>(
    `SELECT published_at AS at, id FROM posts WHERE status = 'published' ORDER BY published_at DESC, id DESC LIMIT ${keys}`,
  );
  return latest.rows.map(({ at, id }) => [at.toISOString(), id]);
}

async function connect(connectionString: string): Promise<AsyncDisposable & { readonly client: Client }> {
  const client = new Client({ connectionString });
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}
