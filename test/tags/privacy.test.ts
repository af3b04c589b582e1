import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Person,
  type PostsUnderTest,
  startPosts,
  userReference,
} from '../posts/support/posts-subgraph.ts';
import { startUsers, type TestUsers } from '../users/users-subgraph.ts';
import { commentId, people, postId, postsWorld } from './support/posts-world.ts';
import { people as accounts, personId, usersWorld } from './support/users-world.ts';

/** Whose answer it is (rule 6): private as soon as it could have been another one for somebody else, and no sooner. */

let posts: PostsUnderTest;
let users: TestUsers;

before(async () => {
  [posts, users] = await Promise.all([startPosts(), startUsers()]);
  await Promise.all([posts.database.query(postsWorld), users.sql(usersWorld)]);
});
after(() => Promise.all([posts[Symbol.asyncDispose](), users.stop()]));

const { ada, bob } = people;
const reference = (type: string, id: string) => ({ __typename: type, id });
const entity = (type: string, selection: string) =>
  `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} ${selection} } }`;

interface Question {
  readonly query: string;
  readonly representation?: unknown;
}

const postsQuestions: Record<'public' | 'private', Record<string, Question>> = {
  public: {
    'a published post by id': { query: `{ post(id: "${postId('bees')}") { title } }` },
    'a published post by slug': { query: '{ post(slug: "bees") { title likeCount tags { postCount } } }' },
    'a post that is there, as a representation': {
      query: entity('Post', '{ title }'),
      representation: reference('Post', postId('bees')),
    },
    'a comment on it': {
      query: entity('Comment', '{ body post { title } }'),
      representation: reference('Comment', commentId('first')),
    },
    'lists of posts': { query: '{ posts { nodes { title comments { nodes { body } } } } }' },
    tags: { query: '{ tags { nodes { name posts { nodes { title } } } } }' },
    'what can be no id': { query: '{ post(id: "nonsense") { title } }' },
    'the published posts of an account': {
      query: entity('User', '{ postCount posts { nodes { title } } }'),
      representation: userReference(ada),
    },
  },
  private: {
    'a draft, or nothing': { query: `{ post(id: "${postId('plan')}") { title } }` },
    'a draft by slug, or nothing': { query: '{ post(slug: "plan") { title } }' },
    'no post by id': { query: `{ post(id: "${postId('none')}") { title } }` },
    'no post by slug': { query: '{ post(slug: "wasps") { title } }' },
    'a comment on a draft, or nothing': {
      query: entity('Comment', '{ body }'),
      representation: reference('Comment', commentId('hidden')),
    },
    'no comment': {
      query: entity('Comment', '{ body }'),
      representation: reference('Comment', commentId('none')),
    },
    'whether the viewer likes a post': { query: '{ posts { nodes { viewerHasLiked } } }' },
    'drafts of an account': {
      query: entity('User', '{ drafts { nodes { title } } }'),
      representation: userReference(ada),
    },
    'a feed': {
      query: entity('User', '{ feed { nodes { title } } }'),
      representation: userReference(ada, [bob]),
    },
    'a public field beside a private one': {
      query: '{ posts { nodes { title } } post(slug: "plan") { title } }',
    },
  },
};

const usersQuestions: typeof postsQuestions = {
  public: {
    'an account': { query: `{ user(id: "${personId('bob')}") { name followerCount } }` },
    'no account': { query: `{ user(username: "zoe") { name } }` },
    lists: { query: '{ users { nodes { name followers { nodes { name } } } } }' },
    'a node': { query: `{ node(id: "${personId('bob')}") { id } }` },
  },
  private: {
    me: { query: '{ me { name } }' },
    'an e-mail address': { query: `{ user(id: "${personId('bob')}") { email } }` },
    'whether the viewer follows': { query: '{ users { nodes { viewerIsFollowing } } }' },
    'whom an account follows, for other subgraphs': {
      query: `{ user(id: "${personId('ada')}") { followeeIds } }`,
    },
  },
};

for (const scope of ['public', 'private'] as const) {
  for (const [what, question] of Object.entries(postsQuestions[scope]))
    for (const [who, person] of Object.entries({ nobody: null, ada, bob }))
      test(`posts: ${what}, asked by ${who}: ${scope}`, async () => {
        assert.match((await askPosts(person, question)).cacheControl ?? '', headerOf(scope));
      });
  for (const [what, { query }] of Object.entries(usersQuestions[scope]))
    for (const [who, viewer] of Object.entries({ nobody: null, ada: { subject: accounts.ada } }))
      test(`users: ${what}, asked by ${who}: ${scope}`, async () => {
        const { body, cacheControl } = await users.call(query, {}, viewer);
        assert.equal(body.errors, undefined);
        assert.match(cacheControl ?? '', headerOf(scope));
      });
}

function headerOf(scope: 'public' | 'private'): RegExp {
  return new RegExp(`^max-age=\\d+, ${scope}$`);
}

async function askPosts(person: Person, { query, representation }: Question) {
  const answer = await posts.call(person, query, representation === undefined ? {} : { r: [representation] });
  assert.equal(answer.body.errors, undefined, JSON.stringify(answer.body.errors));
  return answer;
}

test('a field without any hint of scope is private once it reads the viewer, for as long as the hints say', async () => {
  const query = (slug: string) => `{ post(slug: "${slug}") { title } }`;
  assert.equal((await posts.call(ada, query('bees'))).cacheControl, 'max-age=3600, public');
  assert.equal((await posts.call(ada, query('plan'))).cacheControl, 'max-age=3600, private');
});

test('the shortest time counts', async () => {
  const { cacheControl } = await posts.call(ada, '{ posts { nodes { title viewerHasLiked } } }');
  assert.equal(cacheControl, 'max-age=300, private');
});

test('strangers cannot tell a hidden draft from nothing', async () => {
  for (const stranger of [null, bob]) {
    const [hidden, nothing] = await Promise.all(
      ['plan', 'none'].map((slug) => posts.call(stranger, `{ post(slug: "${slug}") { title } }`)),
    );
    const neutral = JSON.stringify(hidden).replaceAll('plan', 'none');
    assert.equal(neutral, JSON.stringify(nothing));
  }
});

test('mutations and errors are kept by nobody', async () => {
  const liked = await posts.call(
    bob,
    `mutation { likePost(input: { postId: "${postId('bees')}" }) { post { title viewerHasLiked } } }`,
  );
  assert.equal(liked.cacheControl, 'no-store');
  assert.equal((await posts.call(null, '{ posts(first: -1) { nodes { title } } }')).cacheControl, 'no-store');
});
