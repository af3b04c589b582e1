import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPostsConfig } from '../../subgraphs/posts/config.ts';
import { createPostsSubgraph } from '../../subgraphs/posts/subgraph.ts';
import { captureLog } from '../gateway/support/captured-log.ts';
import { freshDatabase, withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { freshRedis, withoutRedis } from '../support/redis.ts';
import { startSupergraph, type TestSupergraph } from '../support/supergraph.ts';
import { password, startUsers } from '../users/users-subgraph.ts';
import { severable } from './support/severable-redis.ts';

/** From `deleteAccount` in users to what posts shows, through the gateway. */

// biome-ignore lint/suspicious/noExplicitAny: the shape is the query's, which each test knows.
type Data = any;

test('a deleted account disappears from posts: in one process', async () => {
  await using supergraph = await startSupergraph();
  await disappears(supergraph, (leave) => leave());
});

test('a deleted account disappears from posts: through Redis', { skip: withoutRedis }, async () => {
  await using redis = await freshRedis();
  await using supergraph = await startSupergraph({}, redis.url);
  await disappears(supergraph, (leave) => leave());
});

test('an account can be deleted while Redis is away; posts hears of it later', {
  skip: withoutRedis,
}, async () => {
  await using redis = await freshRedis();
  await using way = await severable(redis.url);
  await using supergraph = await startSupergraph({}, way.url);
  await disappears(supergraph, async (leave) => {
    await way.cut();
    await leave();
    assert.deepEqual(await outboxOf(supergraph.usersDatabase.url), ['account.deleted']);
    await way.mend();
  });
});

test('without a bus events wait in the outbox of users', async () => {
  const users = await startUsers();
  try {
    const account = await users.signUp('leaver');
    const { body } = await users.call(
      'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedUserId } }',
      { input: { password } },
      account.viewer,
    );
    assert.equal(body.data.deleteAccount.deletedUserId, account.id);
    assert.deepEqual(await users.sql('SELECT type, payload FROM events'), [
      { type: 'account.deleted', payload: { accountId: account.uuid } },
    ]);
  } finally {
    await users.stop();
  }
});

test('a subgraph without a bus says so in the log, once', async () => {
  await using database = await freshDatabase('posts');
  const log = captureLog();
  const posts = createPostsSubgraph(
    readPostsConfig({
      PORT: '0',
      ADMIN_PORT: '0',
      DATABASE_URL: database.url,
      SUBGRAPH_SECRET: 's'.repeat(32),
    }),
    { logger: log.logger },
  );
  await posts.start();
  await posts.stop();
  assert.equal(log.lines.filter(({ msg }) => String(msg).startsWith('REDIS_URL is not set')).length, 1);
});

test('a deletion that fails tells nobody', async () => {
  const users = await startUsers();
  try {
    const account = await users.signUp('stayer');
    const { body } = await users.call(
      'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { userErrors { code } } }',
      { input: { password: 'not the password' } },
      account.viewer,
    );
    assert.equal(body.data.deleteAccount.userErrors[0].code, 'WRONG_CREDENTIALS');
    assert.deepEqual(await users.sql('SELECT FROM events'), []);
  } finally {
    await users.stop();
  }
});

/** An account writes, comments and likes, then leaves; what it said stays, of itself there is nothing. */
async function disappears(
  { url, usersDatabase }: TestSupergraph,
  around: (leave: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const leaver = await signUp(url, 'leaver');
  const other = await signUp(url, 'other');
  const own = await publishPost(url, leaver.token, 'By the one who leaves');
  const others = await publishPost(url, other.token, 'By the one who stays');
  await run(
    url,
    `mutation ($id: ID!) {
      addComment(input: { postId: $id, body: "Bye" }) { userErrors { code } }
      likePost(input: { postId: $id }) { userErrors { code } }
    }`,
    { id: others },
    leaver.token,
  );
  const seen = () =>
    run(
      url,
      `query ($own: ID!, $others: ID!, $leaver: ID!) {
        own: post(id: $own) { title author { id } }
        others: post(id: $others) { likeCount commentCount comments { nodes { body author { id } } } author { id } }
        byLeaver: posts(filter: { author: $leaver }) { nodes { id } }
      }`,
      { own, others, leaver: leaver.id },
    );
  assert.equal((await seen()).own.author.id, leaver.id);

  await around(async () => {
    const { deleteAccount } = await run(
      url,
      `mutation ($password: String!) { deleteAccount(input: { password: $password }) { deletedUserId } }`,
      { password },
      leaver.token,
    );
    assert.equal(deleteAccount.deletedUserId, leaver.id);
  });

  const gone = {
    own: { title: 'By the one who leaves', author: null },
    others: {
      likeCount: 0,
      commentCount: 1,
      comments: { nodes: [{ body: 'Bye', author: null }] },
      author: { id: other.id },
    },
    byLeaver: { nodes: [] },
  };
  await until('posts shows nothing of it', async () => {
    assert.deepEqual(await seen(), gone);
    return true;
  });
  await until(
    'the outbox is empty',
    async () => (await outboxOf(usersDatabase.url)).length === 0 || undefined,
  );
}

async function signUp(url: string, username: string): Promise<{ id: string; token: string }> {
  const { signUp } = await run(
    url,
    'mutation ($input: SignUpInput!) { signUp(input: $input) { user { id } session { accessToken } } }',
    { input: { username, email: `${username}@example.com`, password } },
  );
  return { id: signUp.user.id, token: signUp.session.accessToken };
}

async function publishPost(url: string, token: string, title: string): Promise<string> {
  const { createPost } = await run(
    url,
    'mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }',
    { input: { title, body: 'Text', tags: [] } },
    token,
  );
  await run(
    url,
    'mutation ($id: ID!) { publishPost(input: { id: $id }) { userErrors { code } } }',
    { id: createPost.post.id },
    token,
  );
  return createPost.post.id;
}

async function run(
  url: string,
  query: string,
  variables: Record<string, unknown>,
  token?: string,
): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as Data;
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

function outboxOf(databaseUrl: string): Promise<string[]> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ type: string }>('SELECT type FROM events ORDER BY id');
    return rows.map(({ type }) => type);
  });
}
