import { withClient } from '../../support/databases.ts';
import type { House } from '../house/house.ts';

/** What is asked for all the time. Rows that nobody writes to, whose answers stay kept, and rows that are written to. */
export const questions = {
  users: {
    quiet: '{ user(username: "edsger") { name bio } }',
    written: '{ byMutation: user(username: "ada") { bio } bySql: user(username: "grace") { bio } }',
  },
  posts: {
    quiet: '{ post(slug: "quiet") { title body } }',
    written: '{ byMutation: post(slug: "by-mutation") { title } bySql: post(slug: "by-sql") { title } }',
  },
  both: {
    quiet: '{ post(slug: "quiet") { title author { name } } }',
    written: '{ post(slug: "by-sql") { title author { bio } } }',
  },
} as const;

/** Past gateways and subgraphs; `$1` is the new value. */
export const statements = {
  users: `UPDATE users SET bio = $1 WHERE username = 'grace'`,
  posts: `UPDATE posts SET title = $1 WHERE slug = 'by-sql'`,
} as const;

/** Gives three posts the slugs that are asked for, and the authors that go with them. */
export async function prepareRows({ databases }: House): Promise<void> {
  const { rows: people } = await withClient(databases.users.directUrl, (client) =>
    client.query<{ id: string; username: string }>('SELECT id, username FROM users'),
  );
  const idOf = (wanted: string) => people.find(({ username }) => username === wanted)?.id;
  await withClient(databases.posts.directUrl, async (client) => {
    const { rows: posts } = await client.query<{ id: string }>(
      `SELECT id FROM posts WHERE status = 'published' ORDER BY id LIMIT 3`,
    );
    for (const [index, [slug, author]] of [
      ['quiet', 'edsger'],
      ['by-mutation', 'ada'],
      ['by-sql', 'grace'],
    ].entries())
      await client.query('UPDATE posts SET slug = $1, author_id = $2 WHERE id = $3', [
        slug,
        idOf(author ?? ''),
        posts[index]?.id,
      ]);
  });
}
