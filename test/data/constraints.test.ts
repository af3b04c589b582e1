import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Client } from 'pg';
import { DatabaseError } from 'pg';
import { v7 } from 'uuid';
import { freshDatabase, withClient } from '../support/databases.ts';
import { insert, insertPost, insertUser, published } from './rows.ts';

const users = await freshDatabase('users');
const posts = await freshDatabase('posts');
after(() => Promise.all([users[Symbol.asyncDispose](), posts[Symbol.asyncDispose]()]));

/** The name of the constraint (or, for NOT NULL, the column) that refused. */
async function refusedBy(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
  } catch (error) {
    if (error instanceof DatabaseError) return error.constraint ?? error.column;
    throw error;
  }
  return undefined;
}

const erased = { name: '', email: null, password_hash: null, deleted_at: new Date() };

const accounts: [sentence: string, values: Record<string, unknown>, constraint: string | undefined][] = [
  ['of three letters', { username: 'ada' }, undefined],
  ['with a capital letter in its username', { username: 'Adaline' }, 'users_username_check'],
  ['with two letters', { username: 'ad' }, 'users_username_check'],
  ['with a second line in its username', { username: 'adaline\n' }, 'users_username_check'],
  ['with a name of 81 characters', { name: 'x'.repeat(81) }, 'users_name_check'],
  ['with a name of 80 characters of four bytes', { name: '🦉'.repeat(80) }, undefined],
  ['with a bio of 501 characters', { bio: 'x'.repeat(501) }, 'users_bio_check'],
  ['with an avatar URL of 2001 characters', { avatar_url: 'x'.repeat(2001) }, 'users_avatar_url_check'],
  ['with a capital letter in its e-mail', { email: 'Ada@example.com' }, 'users_email_check'],
  ['without a name', { name: '' }, 'users_living_or_erased_check'],
  ['without an e-mail', { email: null }, 'users_living_or_erased_check'],
  ['without a password', { password_hash: null }, 'users_living_or_erased_check'],
  ['deleted and erased', erased, undefined],
  ['deleted with its name', { ...erased, name: 'Ada' }, 'users_living_or_erased_check'],
  ['deleted with its e-mail', { ...erased, email: 'a@example.com' }, 'users_living_or_erased_check'],
  ['deleted with its password', { ...erased, password_hash: 'hash' }, 'users_living_or_erased_check'],
  ['deleted with its bio', { ...erased, bio: 'Hello' }, 'users_living_or_erased_check'],
  ['deleted with its avatar', { ...erased, avatar_url: 'https://a.example' }, 'users_living_or_erased_check'],
];

for (const [sentence, values, constraint] of accounts) {
  test(`an account ${sentence} is ${constraint ? 'refused' : 'kept'}`, () =>
    withClient(users.url, async (client) => {
      assert.equal(await refusedBy(insertUser(client, values)), constraint);
    }));
}

test('usernames and e-mails are unique, also beside deleted accounts', () =>
  withClient(users.url, async (client) => {
    await insertUser(client, { username: 'taken', email: 'taken@example.com' });
    assert.equal(await refusedBy(insertUser(client, { username: 'taken' })), 'users_username_key');
    assert.equal(await refusedBy(insertUser(client, { email: 'taken@example.com' })), 'users_email_key');
    await insertUser(client, { ...erased, username: 'gone' });
    assert.equal(await refusedBy(insertUser(client, { username: 'gone' })), 'users_username_key');
  }));

test('nobody follows themselves, anybody twice, or nobody', () =>
  withClient(users.url, async (client) => {
    const [ada, ben] = [await insertUser(client), await insertUser(client)];
    const follow = (follower_id: string, followee_id: string) =>
      refusedBy(insert(client, 'follows', { id: v7(), follower_id, followee_id }));
    assert.equal(await follow(ada, ada), 'follows_not_oneself_check');
    assert.equal(await follow(ada, ben), undefined);
    assert.equal(await follow(ada, ben), 'follows_follower_id_followee_id_key');
    assert.equal(await follow(ada, v7()), 'follows_followee_id_fkey');
    assert.equal(await follow(v7(), ben), 'follows_follower_id_fkey');
  }));

test('a refresh token is stored as a SHA-256, once, and goes with its session and its user', () =>
  withClient(users.url, async (client) => {
    const user = await insertUser(client);
    const session = v7();
    await insert(client, 'sessions', { id: session, user_id: user, expires_at: new Date() });
    const store = (token_hash: Buffer) =>
      refusedBy(
        insert(client, 'refresh_tokens', {
          id: v7(),
          session_id: session,
          token_hash,
          expires_at: new Date(),
        }),
      );
    assert.equal(await store(Buffer.from('the token itself')), 'refresh_tokens_token_hash_check');
    assert.equal(await store(Buffer.alloc(32, 1)), undefined);
    assert.equal(await store(Buffer.alloc(32, 1)), 'refresh_tokens_token_hash_key');
    await client.query('DELETE FROM users WHERE id = $1', [user]);
    assert.equal(
      (await client.query('SELECT FROM refresh_tokens WHERE session_id = $1', [session])).rowCount,
      0,
    );
  }));

const written: [sentence: string, values: Record<string, unknown>, constraint: string | undefined][] = [
  ['that is a draft', {}, undefined],
  ['that is published', published, undefined],
  ['published without a time', { status: 'published' }, 'posts_published_at_check'],
  ['with a time, unpublished', { published_at: new Date() }, 'posts_published_at_check'],
  ['without a title', { title: '' }, 'posts_title_check'],
  ['with a title of 201 characters', { title: 'x'.repeat(201) }, 'posts_title_check'],
  ['with a body of 100001 characters', { body: 'x'.repeat(100_001) }, 'posts_body_check'],
  ['with a capital letter in its slug', { slug: 'Title' }, 'posts_slug_check'],
  ['with a slug that ends in a hyphen', { slug: 'title-' }, 'posts_slug_check'],
  ['of version 0', { version: 0 }, 'posts_version_check'],
  ['that is a draft of nobody', { author_id: null }, 'posts_author_id_check'],
  ['that is published and outlives its author', { author_id: null, ...published }, undefined],
];

for (const [sentence, values, constraint] of written) {
  test(`a post ${sentence} is ${constraint ? 'refused' : 'kept'}`, () =>
    withClient(posts.url, async (client) => {
      assert.equal(await refusedBy(insertPost(client, values)), constraint);
    }));
}

test('the longest body there can be, of different words of many bytes, still fits the search index', () =>
  withClient(posts.url, async (client) => {
    const words = Array.from({ length: 20_000 }, (_, index) =>
      String.fromCodePoint(0x20000 + index).repeat(4),
    );
    await insertPost(client, { title: '🦉'.repeat(200), body: words.join(' ').padEnd(100_000, 'x') });
  }));

test('the words of a title find a post before the words of a body', () =>
  withClient(posts.url, async (client) => {
    const inBody = await insertPost(client, { title: 'Something else', body: 'About walruses.' });
    const inTitle = await insertPost(client, { title: 'The walrus', body: 'An animal.' });
    const { rows } = await client.query(
      `SELECT id FROM posts, websearch_to_tsquery('english', 'walrus') AS query
       WHERE search @@ query ORDER BY ts_rank(search, query) DESC`,
    );
    assert.deepEqual(rows, [{ id: inTitle }, { id: inBody }]);
  }));

test('a post has a tag once, of those that exist; a tag in use stays', () =>
  withClient(posts.url, async (client) => {
    const post = await insertPost(client);
    await insert(client, 'tags', { name: 'in-use' });
    const put = (values: Record<string, unknown>) =>
      refusedBy(insert(client, 'post_tags', { post_id: post, tag: 'in-use', position: 0, ...values }));
    assert.equal(await put({ position: -1 }), 'post_tags_position_check');
    assert.equal(await put({}), undefined);
    assert.equal(await put({}), 'post_tags_pkey');
    assert.equal(await put({ tag: 'unheard-of' }), 'post_tags_tag_fkey');
    assert.equal(await put({ post_id: v7() }), 'post_tags_post_id_fkey');
    assert.equal(
      await refusedBy(client.query(`DELETE FROM tags WHERE name = 'in-use'`)),
      'post_tags_tag_fkey',
    );
    for (const name of ['Capital', 'two words', '', 'x'.repeat(41)]) {
      assert.equal(await refusedBy(insert(client, 'tags', { name })), 'tags_name_check');
    }
  }));

test('a comment says something, about a post that exists; a post is liked once by each', () =>
  withClient(posts.url, async (client) => {
    const post = await insertPost(client);
    const user = v7();
    const comment = (values: Record<string, unknown>) =>
      refusedBy(
        insert(client, 'comments', { id: v7(), post_id: post, author_id: user, body: 'Yes.', ...values }),
      );
    assert.equal(await comment({ body: '' }), 'comments_body_check');
    assert.equal(await comment({ body: 'x'.repeat(10_001) }), 'comments_body_check');
    assert.equal(await comment({ post_id: v7() }), 'comments_post_id_fkey');
    assert.equal(await comment({}), undefined);
    const like = (post_id: string) => refusedBy(insert(client, 'likes', { post_id, user_id: user }));
    assert.equal(await like(post), undefined);
    assert.equal(await like(post), 'likes_pkey');
    assert.equal(await like(v7()), 'likes_post_id_fkey');
  }));

test('counters cannot be negative', () =>
  withClient(posts.url, async (client) => {
    const below = (client: Client) =>
      refusedBy(insert(client, 'author_counters', { author_id: v7(), post_count: -1 }));
    assert.equal(await below(client), 'author_counters_post_count_check');
  }));
