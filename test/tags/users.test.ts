import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toGlobalId } from '../../platform/global-id.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { startUsers, type TestUsers } from '../users/users-subgraph.ts';
import { people, personId, usersWorld } from './support/users-world.ts';

/** Exactly these tags: one that is missing gives stale answers, one too many loses hits. */

let users: TestUsers;

before(async () => {
  users = await startUsers();
  await users.sql(usersWorld);
});
after(() => users.stop());

const ada: Viewer = { subject: people.ada };

/** Without their prefix, in alphabetical order. */
async function tagsOf(query: string, viewer: Viewer | null = null): Promise<string[]> {
  const { body } = await users.call(query, {}, viewer);
  assert.equal(body.errors, undefined, JSON.stringify(body.errors));
  const tags = body.extensions?.apolloCacheTags ?? ['(none were sent)'];
  assert.equal(new Set(tags).size, tags.length, 'a tag was sent twice');
  return tags.map((tag) => tag.replace(/^users\//, '')).toSorted();
}

const row = (...names: (keyof typeof people)[]) => names.map((name) => `User:${people[name]}`);
const all = row('ada', 'bob', 'cleo', 'eve');
const user = (selection: string) => `{ user(id: "${personId('bob')}") { ${selection} } }`;

const queries: Record<string, { query: string; viewer?: Viewer; tags: string[] }> = {
  'the viewer': { query: '{ me { name } }', viewer: ada, tags: row('ada') },
  'the viewer, who is nobody': { query: '{ me { name } }', tags: [] },
  'an account by id': { query: user('id username name bio avatarUrl createdAt email'), tags: row('bob') },
  'no account by id': { query: `{ user(id: "${personId('none')}") { name } }`, tags: row('none') },
  'a deleted account by id': { query: `{ user(id: "${personId('dora')}") { name } }`, tags: row('dora') },
  'an id that is none': { query: '{ user(id: "nonsense") { name } }', tags: [] },
  'an account by username': {
    query: '{ user(username: "bob") { name } }',
    tags: ['User.username:bob', ...row('bob')],
  },
  'no account by username': { query: '{ user(username: "zoe") { name } }', tags: ['User.username:zoe'] },
  'a deleted account by username': {
    query: '{ user(username: "dora") { name } }',
    tags: ['User.username:dora'],
  },
  'a username that is none': { query: '{ user(username: "No!") { name } }', tags: [] },
  'all accounts': { query: '{ users { nodes { name } } }', tags: ['User.all', ...all] },
  'a page of accounts, and the account behind it': {
    query: '{ users(first: 1) { pageInfo { hasNextPage } } }',
    tags: ['User.all', ...row('eve', 'cleo')],
  },
  'accounts that hold a text': {
    query: '{ users(search: "love") { nodes { name } } }',
    tags: ['User.search', ...row('ada')],
  },
  'a node': { query: `{ node(id: "${personId('bob')}") { id } }`, tags: row('bob') },
  'no node': { query: `{ node(id: "${personId('none')}") { id } }`, tags: row('none') },
  'a node of another subgraph': {
    query: `{ node(id: "${toGlobalId('Post', people.ada)}") { id } }`,
    tags: [],
  },
  'some nodes': {
    query: `{ nodes(ids: ["${personId('bob')}", "${personId('none')}", "x"]) { id ... on User { name } } }`,
    tags: row('bob', 'none'),
  },
  followers: {
    query: user('followers { nodes { name } }'),
    tags: [`User.followers:${people.bob}`, ...row('ada', 'bob', 'cleo')],
  },
  'followers of somebody who has none': {
    query: `{ user(username: "eve") { followers { nodes { name } } } }`,
    tags: ['User.username:eve', `User.followers:${people.eve}`, ...row('eve')],
  },
  'followed accounts': {
    query: user('following(first: 5) { nodes { name } }'),
    tags: [`User.following:${people.bob}`, ...row('ada', 'bob')],
  },
  'how many followers': {
    query: user('followerCount followingCount'),
    tags: [`User.counters:${people.bob}`, ...row('bob')],
  },
  'whether nobody follows': { query: user('viewerIsFollowing'), tags: row('bob') },
  'whether the viewer follows': {
    query: user('viewerIsFollowing'),
    viewer: ada,
    tags: [`User.following:${people.ada}`, ...row('bob')],
  },
  'whom the viewer follows, of another account': {
    query: user('followeeIds'),
    viewer: ada,
    tags: row('bob'),
  },
  'whom the viewer follows': {
    query: '{ me { followeeIds } }',
    viewer: ada,
    tags: [`User.following:${people.ada}`, ...row('ada')],
  },
};

for (const [what, { query, viewer, tags }] of Object.entries(queries))
  test(`the tags of ${what}`, async () => {
    assert.deepEqual(await tagsOf(query, viewer), tags.toSorted());
  });

test('aliases and fragments change nothing', async () => {
  const plain =
    '{ user(username: "bob") { name followers { nodes { followerCount } } } users { nodes { name } } }';
  const dressed = `
    { everybody: users { edges { item: node { ...Named } } } one: user(username: "bob") { ...Named ...Followed } }
    fragment Named on User { ... on Node { ... on User { called: name } } }
    fragment Followed on User { fans: followers { nodes { count: followerCount } } }`;
  assert.deepEqual(await tagsOf(dressed), await tagsOf(plain));
});

test('each representation has its own', async () => {
  const query =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { name followerCount } } }';
  const references = [personId('bob'), personId('none'), 'nonsense', personId('ada'), personId('bob')];
  const { body } = await users.call(query, { r: references.map((id) => ({ __typename: 'User', id })) });
  const bob = [`users/User:${people.bob}`, `users/User.counters:${people.bob}`];
  assert.equal(body.extensions?.apolloCacheTags, undefined);
  assert.deepEqual(body.extensions?.apolloEntityCacheTags, [
    bob,
    [`users/User:${people.none}`],
    [],
    [`users/User:${people.ada}`, `users/User.counters:${people.ada}`],
    bob,
  ]);
});
