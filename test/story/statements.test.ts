import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { seed } from '../../prisma/seed/seed.ts';
import { type Statement, statementsDuring } from '../support/statements.ts';
import { startSupergraph, type TestSupergraph } from '../support/supergraph.ts';

/** What PostgreSQL itself counted (pg_stat_statements), so that nothing of ours can hide a statement. */

let supergraph: TestSupergraph;
before(async () => {
  supergraph = await startSupergraph();
  await seed({
    usersUrl: supergraph.usersDatabase.url,
    postsUrl: supergraph.postsDatabase.url,
    users: 150,
    posts: 1_500,
    notEmpty: 'refuse',
  });
});
after(() => supergraph[Symbol.asyncDispose]());

const nested = `query Nested($n: Int!) {
  users(first: $n) {
    nodes { name posts(first: 5) { nodes { title comments(first: 3) { nodes { body author { name } } } } } }
  }
}`;

test('a nested query costs one statement a subgraph and level, for 1, 10 and 100 users', async () => {
  for (const n of [1, 10, 100]) {
    const { answer, statements } = await counted(nested, { n });
    assert.equal(answer.users.nodes.length, n);
    // users: the list, and the comments' authors. posts: the users' posts, and the posts' comments.
    assert.deepEqual(statements, { users: 2, posts: 2 }, `n = ${n}`);
    // The authors of all comments were asked for: the query did reach its last level.
    if (n === 100) assert(JSON.stringify(answer).includes('"author":{"name":'));
  }
});

const wide = `query Wide($n: Int!) {
  posts(first: $n) {
    nodes {
      title likeCount commentCount viewerHasLiked tags { name postCount }
      author { name followerCount followingCount viewerIsFollowing followers(first: 2) { nodes { username } } postCount }
    }
  }
}`;

test('counters, tags and relations cost as many statements for 100 posts as for 2', async () => {
  const few = await counted(wide, { n: 2 });
  const many = await counted(wide, { n: 100 });
  assert.equal(many.answer.posts.nodes.length, 100);
  assert.deepEqual(many.statements, few.statements);
});

async function counted(query: string, variables: Record<string, unknown>) {
  // biome-ignore lint/suspicious/noExplicitAny: the answer is asserted on, field by field.
  let answer: any;
  const statements = { users: 0, posts: 0 };
  const ask = async () => {
    const response = await fetch(supergraph.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown };
    assert.equal(errors, undefined, JSON.stringify(errors));
    answer = data;
  };
  const askCountingPosts = async () => {
    statements.posts = sum(await statementsDuring(supergraph.postsDatabase, ask));
  };
  statements.users = sum(await statementsDuring(supergraph.usersDatabase, askCountingPosts));
  return { answer, statements };
}

function sum(statements: readonly Statement[]): number {
  return statements.reduce((total, { calls }) => total + calls, 0);
}
