import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { v7 } from 'uuid';
import { insertUser } from '../data/rows.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { emitted } from './support/outbox.ts';

let database: TestDatabase;
let client: pg.Client;
before(async () => {
  database = await freshDatabase('users');
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
after(async () => {
  await client.end();
  await database[Symbol.asyncDispose]();
});

const follow = (follower: string, followee: string) =>
  `INSERT INTO follows (id, follower_id, followee_id) VALUES ('${v7()}', '${follower}', '${followee}')`;

const erased =
  "deleted_at = now(), name = '', bio = '', avatar_url = NULL, email = NULL, password_hash = NULL";

test('an account comes and goes: itself, its username, all lists of accounts', async () => {
  const id = v7();
  const expected = ['users/User.all', 'users/User.search', 'users/User.username:ada', `users/User:${id}`];
  assert.deepEqual(
    await emitted(
      client,
      `INSERT INTO users (id, username, name, email, password_hash) VALUES ('${id}', 'ada', 'Ada', 'a@example.com', 'x')`,
    ),
    expected,
  );
  assert.deepEqual(await emitted(client, `DELETE FROM users WHERE id = '${id}'`), expected);
});

test('each column of an account invalidates what shows it, and nothing else', async () => {
  const id = await insertUser(client, { username: 'grace' });
  const self = `users/User:${id}`;
  const changes: Record<string, string[]> = {
    "name = 'Grace'": ['users/User.search', self],
    "bio = 'Admiral'": [self],
    "avatar_url = 'https://example.com/g.png'": [self],
    "email = 'grace@example.com'": [self],
    "created_at = '2020-01-01'": [self],
    "password_hash = 'another'": [],
    "updated_at = '2020-01-01'": [],
    // As it was.
    "bio = 'Admiral', name = 'Grace'": [],
    "username = 'hopper'": [
      'users/User.search',
      'users/User.username:grace',
      'users/User.username:hopper',
      self,
    ],
    [erased]: ['users/User.all', 'users/User.search', 'users/User.username:hopper', self],
  };
  for (const [change, tags] of Object.entries(changes))
    assert.deepEqual(await emitted(client, `UPDATE users SET ${change} WHERE id = '${id}'`), tags, change);
  const { rows } = await client.query<{ column: string }>(
    `SELECT attname AS column FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0 AND attname <> 'id'`,
  );
  for (const { column } of rows)
    assert(
      Object.keys(changes).some((change) => change.includes(`${column} = `)),
      `nobody tried ${column}`,
    );
});

test('an id that changes is one account less and another one more', async () => {
  const [id, another] = [await insertUser(client), v7()];
  const tags = await emitted(client, `UPDATE users SET id = '${another}' WHERE id = '${id}'`);
  for (const tag of [`users/User:${id}`, `users/User:${another}`, 'users/User.all'])
    assert(tags.includes(tag), tag);
});

test('a follow changes one list of each side, and the counters of both', async () => {
  const [follower, followee] = [await insertUser(client), await insertUser(client)];
  const expected = [
    `users/User.counters:${follower}`,
    `users/User.counters:${followee}`,
    `users/User.followers:${followee}`,
    `users/User.following:${follower}`,
  ].sort();
  assert.deepEqual(await emitted(client, follow(follower, followee)), expected);
  assert.deepEqual(
    await emitted(client, `UPDATE follows SET created_at = '2020-01-01' WHERE follower_id = '${follower}'`),
    [],
  );
  assert.deepEqual(await emitted(client, `DELETE FROM follows WHERE follower_id = '${follower}'`), expected);
});

test('a follow that is moved to another account changes the lists and counters of both', async () => {
  const [follower, before, now] = [
    await insertUser(client),
    await insertUser(client),
    await insertUser(client),
  ];
  await client.query(follow(follower, before));
  assert.deepEqual(
    await emitted(client, `UPDATE follows SET followee_id = '${now}' WHERE follower_id = '${follower}'`),
    [
      `users/User.counters:${before}`,
      `users/User.counters:${now}`,
      `users/User.followers:${before}`,
      `users/User.followers:${now}`,
      `users/User.following:${follower}`,
    ].sort(),
  );
});

test('an account that is removed for good takes its follows along, and everybody hears of it', async () => {
  const [gone, fan, idol] = [await insertUser(client), await insertUser(client), await insertUser(client)];
  await client.query(follow(fan, gone));
  await client.query(follow(gone, idol));
  const tags = await emitted(client, `DELETE FROM users WHERE id = '${gone}'`);
  for (const tag of [
    `users/User:${gone}`,
    `users/User.followers:${gone}`,
    `users/User.following:${gone}`,
    `users/User.counters:${gone}`,
    `users/User.following:${fan}`,
    `users/User.counters:${fan}`,
    `users/User.followers:${idol}`,
    `users/User.counters:${idol}`,
  ])
    assert(tags.includes(tag), tag);
});

test('an account that is brought back may be in any list of followers', async () => {
  const id = await insertUser(client);
  await client.query(`UPDATE users SET ${erased} WHERE id = '${id}'`);
  const tags = await emitted(
    client,
    `UPDATE users SET deleted_at = NULL, name = 'Back', email = 'back@example.com', password_hash = 'x' WHERE id = '${id}'`,
  );
  assert(tags.includes('users/User'));
});

test('a row of counters that are zero is no other answer than no row', async () => {
  const id = await insertUser(client);
  assert.deepEqual(await emitted(client, `INSERT INTO user_counters (user_id) VALUES ('${id}')`), []);
  assert.deepEqual(
    await emitted(client, `UPDATE user_counters SET following_count = 2 WHERE user_id = '${id}'`),
    [`users/User.counters:${id}`],
  );
  assert.deepEqual(await emitted(client, `DELETE FROM user_counters WHERE user_id = '${id}'`), [
    `users/User.counters:${id}`,
  ]);
});

test('sign-ins and events are in no answer', async () => {
  const id = await insertUser(client);
  const session = v7();
  assert.deepEqual(
    await emitted(
      client,
      `INSERT INTO sessions (id, user_id, expires_at) VALUES ('${session}', '${id}', now())`,
      `INSERT INTO refresh_tokens (id, session_id, token_hash, expires_at) VALUES ('${v7()}', '${session}', sha256('x'), now())`,
      `INSERT INTO events (id, type, payload) VALUES ('${v7()}', 'account.deleted', '{}')`,
      'DELETE FROM sessions',
      'TRUNCATE events',
    ),
    [],
  );
});
