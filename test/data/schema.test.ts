import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../prisma/databases.ts';
import { freshDatabase, withClient } from '../support/databases.ts';
import { differenceTo, schemaOf } from './schema-engine.ts';

const noDifference = '-- This is an empty migration.\n';

for (const database of databases) {
  test(`migrations and schema.prisma describe the same ${database} database`, async () => {
    await using migrated = await freshDatabase(database);
    assert.equal(await differenceTo(await schemaOf(database), migrated.url), noDifference);
  });
}

// The comparison itself, tried with what people forget. Prisma sees neither checks nor triggers: those have tests of
// their own.
const forgottenInTheSchema = {
  'a column': 'ALTER TABLE posts ADD COLUMN subtitle text',
  'a type': 'ALTER TABLE posts ALTER COLUMN version TYPE bigint',
  'a precision': 'ALTER TABLE comments ALTER COLUMN created_at TYPE timestamptz(6)',
  'a NOT NULL': 'ALTER TABLE posts ALTER COLUMN title DROP NOT NULL',
  'a default': 'ALTER TABLE posts ALTER COLUMN version DROP DEFAULT',
  'a generated expression': `ALTER TABLE posts ALTER COLUMN search SET EXPRESSION AS (to_tsvector('english', title))`,
  'an index': 'DROP INDEX comments_post_id_id_idx',
  'the order of an index': `DROP INDEX posts_published_idx;
    CREATE INDEX posts_published_idx ON posts (published_at, id) WHERE status = 'published'`,
  'the condition of an index': `DROP INDEX posts_published_idx;
    CREATE INDEX posts_published_idx ON posts (published_at DESC, id DESC)`,
  'a unique key': 'DROP INDEX posts_slug_key',
  'a foreign key': 'ALTER TABLE likes DROP CONSTRAINT likes_post_id_fkey',
  'a deletion rule': `ALTER TABLE likes DROP CONSTRAINT likes_post_id_fkey;
    ALTER TABLE likes ADD CONSTRAINT likes_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id)`,
  'a value of an enum': `ALTER TYPE post_status ADD VALUE 'archived'`,
  'a table': 'CREATE TABLE bookmarks (id uuid PRIMARY KEY)',
};

for (const [what, sql] of Object.entries(forgottenInTheSchema)) {
  test(`the comparison notices a migration that changes ${what} alone`, async () => {
    await using migrated = await freshDatabase('posts');
    await withClient(migrated.url, (client) => client.query(sql));
    assert.notEqual(await differenceTo(await schemaOf('posts'), migrated.url), noDifference);
  });
}

test('the comparison notices a column that only schema.prisma has', async () => {
  await using migrated = await freshDatabase('users');
  const schema = (await schemaOf('users')).replace('  bio ', '  motto String?\n  bio ');
  assert.match(await differenceTo(schema, migrated.url), /ADD COLUMN\s+"motto"/);
});
