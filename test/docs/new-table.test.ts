import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { v7 } from 'uuid';
import { insertPost } from '../data/rows.ts';
import { emitted } from '../invalidation/support/outbox.ts';
import { freshDatabase, withClient } from '../support/databases.ts';

test('the table of docs/cache.md invalidates what the page says', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/cache.md'), 'utf8');
  const [, sql] = page.match(/```sql\n(CREATE TABLE bookmarks.*?)```/s) ?? [];
  assert(sql);
  await using database = await freshDatabase('posts');
  await withClient(database.url, async (client) => {
    await client.query(sql);
    const [post, id, user, another] = [await insertPost(client), v7(), v7(), v7()];
    const self = `posts/Bookmark:${id}`;
    const list = (of: string) => `posts/Bookmark.user:${of}`;
    const steps: [statement: string, tags: string[]][] = [
      [
        `INSERT INTO bookmarks (id, user_id, post_id) VALUES ('${id}', '${user}', '${post}')`,
        [list(user), self],
      ],
      ["UPDATE bookmarks SET note = 'Later'", [self]],
      [`UPDATE bookmarks SET user_id = '${another}'`, [list(user), list(another), self].sort()],
      ['TRUNCATE bookmarks', ['posts/Bookmark']],
    ];
    for (const [statement, tags] of steps)
      assert.deepEqual(await emitted(client, statement), tags, statement);
  });
});
