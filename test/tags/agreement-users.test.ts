import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pool } from 'pg';
import { toGlobalId } from '../../platform/global-id.ts';
import { facts } from '../../subgraphs/users/data/cache-tags.ts';
import { startUsers } from '../users/users-subgraph.ts';
import { findDisagreements, type Question } from './support/agreement.ts';
import { fieldsNotAskedFor } from './support/field-coverage.ts';
import { people, personId, usersWorld } from './support/users-world.ts';

const { ada, bob, cleo, dora, eve } = people;
const nobody = [null];
const everybody = (Object.keys(people) as (keyof typeof people)[]).map((name) => ({
  __typename: 'User',
  id: personId(name),
}));

const roots = (viewers: Question['viewers'], ...fields: string[]): Question[] =>
  fields.map((field) => ({ query: `{ ${field} }`, viewers }));
const ofEverybody = (viewers: Question['viewers'], ...fields: string[]): Question[] =>
  fields.map((field) => ({
    query: `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { ${field} } } }`,
    representations: everybody,
    viewers,
  }));

/** One for each field or so: with more in it, an answer would hold tags of one field that make up for those missing of another. */
const questions: Question[] = [
  ...roots([ada, dora, null], 'me { name email }'),
  ...roots(
    nobody,
    ...['bob', 'dora', 'zoe'].map((username) => `user(username: "${username}") { username }`),
    `user(id: "${personId('none')}") { name }`,
    `node(id: "${personId('none')}") { id ... on User { name } }`,
    `nodes(ids: ["${toGlobalId('Post', ada)}", "${toGlobalId('Comment', ada)}"]) { ... on Post { id } ... on Comment { id } }`,
    'users { nodes { username } }',
    'users(first: 1) { edges { cursor node { id } } pageInfo { hasNextPage } }',
    'users(last: 1) { pageInfo { hasPreviousPage startCursor endCursor } }',
    'users(search: "love") { nodes { username } }',
    'users(search: "zebra") { nodes { id } }',
  ),
  ...ofEverybody(
    nobody,
    'id username name bio avatarUrl createdAt',
    'followers { nodes { username } }',
    'followers(first: 1) { pageInfo { hasNextPage } }',
    'following { nodes { username } }',
    'following(first: 1) { edges { cursor } pageInfo { hasNextPage } }',
    'followerCount',
    'followingCount',
  ),
  ...ofEverybody([ada, eve], 'email', 'viewerIsFollowing', 'followeeIds'),
];

const later = (column: string) => [`${column} + interval '1 year'`];
const uuid = `'${people.none}'`;

const values = {
  'users.id': [uuid],
  'users.username': ["'zoe'"],
  'users.name': ["'Zebra Lovelace'"],
  'users.bio': ["'Zebra'"],
  'users.avatar_url': ["'https://example.com/zebra.png'"],
  'users.email': ["'zebra@example.com'"],
  'users.password_hash': ["'y'"],
  'users.created_at': later('created_at'),
  'users.updated_at': later('updated_at'),
  // With all that must change with it: erased, or brought back.
  'users.deleted_at': [
    "now(), name = '', bio = '', avatar_url = NULL, email = NULL, password_hash = NULL",
    "NULL, name = 'Zebra', email = username || '@example.com', password_hash = 'z'",
  ],
  'follows.id': [uuid],
  'follows.follower_id': [`'${eve}'`],
  'follows.followee_id': [`'${eve}'`, `'${cleo}'`],
  'follows.created_at': later('created_at'),
  'user_counters.user_id': [`'${eve}'`],
  'user_counters.follower_count': ['follower_count + 1'],
  'user_counters.following_count': ['following_count + 1'],
};

const statements = [
  `INSERT INTO users (id, username, name, email, password_hash) VALUES (${uuid}, 'zoe', 'Zebra', 'zoe@example.com', 'x')`,
  `INSERT INTO users (id, username, name, deleted_at) VALUES (${uuid}, 'zoe', '', now())`,
  `INSERT INTO follows (id, follower_id, followee_id) VALUES (${uuid}, '${eve}', '${ada}'), (gen_random_uuid(), '${eve}', '${bob}')`,
  "UPDATE users SET username = 'other_' || username, name = 'Zebra' WHERE deleted_at IS NULL",
  'DELETE FROM follows',
  'DELETE FROM users',
  // Above 256 rows a statement names types.
  `INSERT INTO users (id, username, name, email, password_hash)
   SELECT gen_random_uuid(), 'zoe_' || n, 'Zebra', n || '@example.com', 'x' FROM generate_series(1, 257) AS n`,
  `WITH added AS (
     INSERT INTO users (id, username, name, email, password_hash)
     SELECT gen_random_uuid(), 'zoe_' || n, 'Zoe', n || '@example.com', 'x' FROM generate_series(1, 257) AS n RETURNING id)
   INSERT INTO follows (id, follower_id, followee_id) SELECT gen_random_uuid(), id, '${bob}' FROM added`,
];

test('every field that a query can reach is asked for', async () => {
  const schemaFile = new URL('../../subgraphs/users/schema.graphql', import.meta.url);
  assert.deepEqual(
    await fieldsNotAskedFor(
      schemaFile,
      questions.map(({ query }) => query),
    ),
    [],
  );
});

/** Thousands of requests: half a minute of a core, where it has one for itself. */
const timeout = 300_000;

test('whatever changes in the users database, every answer that changes with it is invalidated', {
  timeout,
}, async (t) => {
  const users = await startUsers();
  const database = new Pool({ connectionString: users.database.url, max: 4 });
  t.after(async () => {
    await database.end();
    await users.stop();
  });
  await database.query(usersWorld);
  const { stale, leaked, unchanged, needed, differences } = await findDisagreements({
    database,
    client: users,
    exempt: {
      sessions: 'read by no query: sign-ins are for mutations only',
      refresh_tokens: 'read by no query: sign-ins are for mutations only',
      events: 'read by its relay only',
    },
    questions,
    values,
    statements,
  });
  assert.deepEqual(stale, [], stale.join('\n\n'));
  assert.deepEqual(leaked, []);
  assert.deepEqual(unchanged, []);
  assert(differences > 300, `${differences} answers changed`);
  const families = Object.values(facts).map((fact) => (typeof fact === 'string' ? fact : fact('')));
  assert.deepEqual(
    families.filter((family) => !needed.has(family)),
    [],
  );
});
