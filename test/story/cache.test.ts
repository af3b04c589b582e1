import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import { seed } from '../../prisma/seed/seed.ts';
import { withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { startSupergraph, type TestSupergraph } from '../support/supergraph.ts';

/** The response cache as a client meets it. */

let supergraph: TestSupergraph;
before(async () => {
  supergraph = await startSupergraph();
  await seed({
    usersUrl: supergraph.usersDatabase.url,
    postsUrl: supergraph.postsDatabase.url,
    users: 20,
    posts: 100,
    notEmpty: 'refuse',
  });
  // The relays' first leases: without one, nothing of their subgraphs is served from the cache.
  await until('a hit', async () => {
    const { status } = await ask('{ tags(first: 1) { nodes { name } } users(first: 1) { nodes { name } } }');
    return status.includes('hit') || undefined;
  });
});
after(() => supergraph[Symbol.asyncDispose]());

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted on, field by field.
type Data = any;

async function ask(
  query: string,
  options: { variables?: Record<string, unknown>; token?: string; headers?: Record<string, string> } = {},
) {
  const response = await fetch(supergraph.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...options.headers,
    },
    body: JSON.stringify({ query, variables: options.variables ?? {} }),
  });
  const text = await response.text();
  const { data, errors } = JSON.parse(text) as { data: Data; errors?: unknown };
  assert.equal(errors, undefined, text);
  return { data, text, status: response.headers.get('cache-status') ?? '', headers: response.headers };
}

async function signUp(username: string): Promise<{ token: string; id: string }> {
  const { data } = await ask(
    `mutation ($input: SignUpInput!) { signUp(input: $input) { user { id } session { accessToken } userErrors { message } } }`,
    {
      variables: {
        input: { username, email: `${username}@example.com`, password: 'a long enough password' },
      },
    },
  );
  return { token: data.signUp.session.accessToken, id: data.signUp.user.id };
}

const ada =
  '{ user(username: "ada") { name bio followerCount posts(first: 3) { nodes { title likeCount author { name } } } } }';

test('the second of two equal questions is answered with stored bytes', async () => {
  const first = await ask(ada);
  assert.match(first.status, /fwd=miss.*stored/);
  const second = await ask(ada);
  assert.match(second.status, /^supergraph;hit/);
  assert.equal(second.text, first.text);
  assert.equal(second.headers.get('etag'), first.headers.get('etag'));
  assert.equal(second.headers.get('cache-control'), 'no-cache');
  // Written otherwise, it is the same question.
  assert.match((await ask(`query Other ${ada.replaceAll(' ', '\n  ')}`)).status, /hit/);
});

test('a line typed into psql is seen within moments, and the header says what it changed', async () => {
  await ask(ada);
  assert.match((await ask(ada)).status, /hit/);
  await withClient(supergraph.usersDatabase.url, (client) =>
    client.query(`UPDATE users SET bio = 'Typed into psql.' WHERE username = 'ada'`),
  );
  const { status } = await until('the new bio', async () => {
    const answer = await ask(ada);
    return answer.data.user.bio === 'Typed into psql.' ? answer : undefined;
  });
  assert.match(status, /fwd=stale.*invalidated: User/);
});

test('whoever asks after the reply to a mutation gets what it wrote, and other answers stay', async () => {
  const writer = await signUp('writer');
  const { data } = await ask(
    'mutation { createPost(input: { title: "Before", body: "x" }) { post { id } userErrors { code } } }',
    { token: writer.token },
  );
  const id = data.createPost.post.id;
  await ask('mutation ($id: ID!) { publishPost(input: { id: $id }) { post { id } } }', {
    variables: { id },
    token: writer.token,
  });
  const post = 'query ($id: ID!) { post(id: $id) { title likeCount } }';
  const titles = 'query ($id: ID!) { post(id: $id) { title } }';
  const latest = '{ posts(first: 5) { nodes { title } } }';
  for (let version = 1; version <= 10; version += 1) {
    for (const query of [post, titles, latest]) await ask(query, { variables: { id } });
    const title = `Version ${version}`;
    await ask(
      'mutation ($input: UpdatePostInput!) { updatePost(input: $input) { post { version } userErrors { message } } }',
      { variables: { input: { id, expectedVersion: version, title } }, token: writer.token },
    );
    for (const query of [post, titles])
      assert.equal((await ask(query, { variables: { id } })).data.post.title, title);
    assert.equal((await ask(latest)).data.posts.nodes[0].title, title);
  }
  // A like changes the count, and leaves the title where it is.
  await ask(titles, { variables: { id } });
  await ask('mutation ($id: ID!) { likePost(input: { postId: $id }) { post { id } } }', {
    variables: { id },
    token: writer.token,
  });
  assert.match((await ask(titles, { variables: { id } })).status, /hit/);
  assert.equal((await ask(post, { variables: { id } })).data.post.likeCount, 1);
});

test('what depends on the viewer is nobody else’s', async () => {
  const [one, other] = [await signUp('one'), await signUp('other')];
  const me = '{ me { username email } }';
  const mine = await ask(me, { token: one.token });
  assert.equal(mine.headers.get('cache-control'), 'private, no-cache');
  assert.match((await ask(me, { token: one.token })).status, /hit/);
  assert.equal((await ask(me, { token: other.token })).data.me.username, 'other');
  assert.equal((await ask(me)).data.me, null);
  assert.equal((await ask(me, { token: one.token })).data.me.username, 'one');
  const following = '{ user(username: "ada") { viewerIsFollowing } }';
  const id = (await ask('{ user(username: "ada") { id } }')).data.user.id;
  assert.equal((await ask(following, { token: one.token })).data.user.viewerIsFollowing, false);
  await ask('mutation ($id: ID!) { followUser(input: { userId: $id }) { user { id } } }', {
    variables: { id },
    token: one.token,
  });
  assert.equal((await ask(following, { token: one.token })).data.user.viewerIsFollowing, true);
  assert.equal((await ask(following, { token: other.token })).data.user.viewerIsFollowing, false);
});

test('a draft never reaches anybody but its author, in whatever order they ask', async () => {
  const author = await signUp('drafter');
  const { data } = await ask(
    'mutation { createPost(input: { title: "Secret", body: "x", slug: "secret-draft" }) { post { id } } }',
    { token: author.token },
  );
  const bySlug = '{ post(slug: "secret-draft") { title } }';
  const byId = `{ post(id: ${JSON.stringify(data.createPost.post.id)}) { title } }`;
  for (const query of [bySlug, byId]) {
    assert.equal((await ask(query)).data.post, null);
    assert.equal((await ask(query, { token: author.token })).data.post.title, 'Secret');
    assert.equal((await ask(query)).data.post, null);
    assert.equal((await ask(query, { token: author.token })).data.post.title, 'Secret');
  }
});

test('200 equal questions at once are answered by one execution', async () => {
  const query = '{ posts(first: 7) { nodes { title } } }';
  const answers = await Promise.all(Array.from({ length: 200 }, () => ask(query)));
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.equal(answers.filter(({ status }) => /stored/.test(status)).length, 1);
});

test('a client may look past the cache, and have nothing kept', async () => {
  await ask(ada);
  assert.match((await ask(ada, { headers: { 'cache-control': 'no-cache' } })).status, /fwd=request/);
  const query = '{ posts(first: 9) { nodes { title } } }';
  assert.match((await ask(query, { headers: { 'cache-control': 'no-store' } })).status, /fwd=request/);
  assert.match((await ask(query)).status, /fwd=miss/);
});

test('a GET that the client has already is answered with 304', async () => {
  const url = `${supergraph.url}?query=${encodeURIComponent('{ posts(first: 3) { nodes { title } } }')}`;
  const headers = { 'apollo-require-preflight': 'yes' };
  const first = await fetch(url, { headers });
  await first.text();
  const etag = first.headers.get('etag') ?? '';
  // Not by fetch, which asks to look past all caches as soon as it is given a condition.
  const again = await until('a hit', async () => {
    const request = get(url, { headers: { ...headers, 'if-none-match': etag } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    return String(response.headers['cache-status']).includes('hit') ? response : undefined;
  });
  assert.equal(again.statusCode, 304);
  const past = await fetch(url, { headers: { ...headers, 'if-none-match': etag } });
  assert.equal(past.status, 304);
  assert.match(past.headers.get('cache-status') ?? '', /fwd=request/);
});
