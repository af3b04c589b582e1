import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { until } from '../support/poll.ts';
import { startSupergraph, type TestSupergraph } from '../support/supergraph.ts';

/** One walk through the product as a person would take it, with two kinds of client. */

interface Client {
  /** Runs an operation as the holder of the token, or as nobody. Rejects on GraphQL errors. */
  run(document: string, variables?: Record<string, unknown>, token?: string): Promise<Data>;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted on, field by field; their types are not the subject.
type Data = any;

let supergraph: TestSupergraph;
before(async () => {
  supergraph = await startSupergraph();
});
after(() => supergraph[Symbol.asyncDispose]());

test('a person signs up, writes, is read, and leaves: with nothing but fetch', () =>
  walk(fetchClient(supergraph.url), 'fetch'));

test('the same with Apollo Client 4', () => walk(apolloClient(supergraph.url), 'apollo'));

async function walk(client: Client, suffix: string): Promise<void> {
  const signUp = async (username: string) => {
    const { signUp } = await client.run(
      `mutation SignUp($input: SignUpInput!) {
        signUp(input: $input) { user { id username } session { accessToken refreshToken } userErrors { code } }
      }`,
      {
        input: {
          username,
          email: `${username}@example.com`,
          password: 'a long enough password',
          name: username,
        },
      },
    );
    assert.deepEqual(signUp.userErrors, []);
    return signUp;
  };

  const author = await signUp(`author_${suffix}`);
  const reader = await signUp(`reader_${suffix}`);

  // Logging in gives another session of the same account.
  const { logIn } = await client.run(
    `mutation LogIn($input: LogInInput!) {
      logIn(input: $input) { user { id } session { accessToken } userErrors { code } }
    }`,
    { input: { login: `AUTHOR_${suffix}@example.com`, password: 'a long enough password' } },
  );
  assert.equal(logIn.user.id, author.user.id);
  const writing = logIn.session.accessToken;
  const reading = reader.session.accessToken;

  // The reader follows the author.
  const { followUser } = await client.run(
    `mutation Follow($id: ID!) {
      followUser(input: { userId: $id }) { user { id followerCount viewerIsFollowing } userErrors { code } }
    }`,
    { id: author.user.id },
    reading,
  );
  assert.deepEqual([followUser.user.followerCount, followUser.user.viewerIsFollowing], [1, true]);

  // A draft is the author's alone.
  const { createPost } = await client.run(
    `mutation Create($input: CreatePostInput!) {
      createPost(input: $input) { post { id slug status version author { username } } userErrors { code } }
    }`,
    { input: { title: `On caches, by ${suffix}`, body: 'A cache remembers.', tags: ['caching'] } },
    writing,
  );
  const draft = createPost.post;
  assert.deepEqual([draft.status, draft.version, draft.author.username], ['DRAFT', 1, `author_${suffix}`]);
  const readPost = `query Read($slug: String!) { post(slug: $slug) { id title body likeCount viewerHasLiked commentCount } }`;
  assert.equal((await client.run(readPost, { slug: draft.slug }, reading)).post, null);
  const drafts = `query Drafts { me { id drafts { nodes { id } } } }`;
  assert.deepEqual((await client.run(drafts, {}, writing)).me.drafts.nodes.map(idOf), [draft.id]);

  // Published, it is in the reader's feed.
  const { publishPost } = await client.run(
    `mutation Publish($id: ID!) { publishPost(input: { id: $id }) { post { id status publishedAt } userErrors { code } } }`,
    { id: draft.id },
    writing,
  );
  assert.equal(publishPost.post.status, 'PUBLISHED');
  const feed = `query Feed { me { id feed(first: 10) { nodes { id title author { id username } } } } }`;
  assert.deepEqual((await client.run(feed, {}, reading)).me.feed.nodes.map(idOf), [draft.id]);

  // The reader comments and likes.
  const { addComment } = await client.run(
    `mutation Comment($id: ID!) {
      addComment(input: { postId: $id, body: "So true." }) { comment { id author { username } post { id commentCount } } userErrors { code } }
    }`,
    { id: draft.id },
    reading,
  );
  assert.deepEqual(
    [addComment.comment.author.username, addComment.comment.post.commentCount],
    [`reader_${suffix}`, 1],
  );
  const like = `mutation Like($id: ID!) { likePost(input: { postId: $id }) { post { id likeCount viewerHasLiked } userErrors { code } } }`;
  await client.run(like, { id: draft.id }, reading);
  const { likePost } = await client.run(like, { id: draft.id }, reading);
  assert.deepEqual([likePost.post.likeCount, likePost.post.viewerHasLiked], [1, true]);

  // Two tabs edit version 1; the second is told.
  const update = `mutation Update($input: UpdatePostInput!) {
    updatePost(input: $input) { post { id version title } userErrors { code message field } }
  }`;
  const edit = (title: string) => ({ input: { id: draft.id, expectedVersion: 1, title } });
  const won = (await client.run(update, edit('The first tab'), writing)).updatePost;
  assert.deepEqual([won.post.version, won.userErrors], [2, []]);
  const lost = (await client.run(update, edit('The second tab'), writing)).updatePost;
  assert.deepEqual(
    [lost.userErrors[0].code, lost.userErrors[0].field, lost.post.title],
    ['CONFLICT', ['input', 'expectedVersion'], 'The first tab'],
  );

  // Unpublished, it is gone for the reader.
  await client.run(
    `mutation Unpublish($id: ID!) { unpublishPost(input: { id: $id }) { post { id status } userErrors { code } } }`,
    { id: draft.id },
    writing,
  );
  assert.equal((await client.run(readPost, { slug: draft.slug }, reading)).post, null);
  assert.deepEqual((await client.run(feed, {}, reading)).me.feed.nodes, []);

  // The reader leaves. The comment stays, without an author.
  await client.run(
    `mutation Republish($id: ID!) { publishPost(input: { id: $id }) { post { id status } userErrors { code } } }`,
    { id: draft.id },
    writing,
  );
  const { deleteAccount } = await client.run(
    `mutation Leave { deleteAccount(input: { password: "a long enough password" }) { deletedUserId userErrors { code } } }`,
    {},
    reading,
  );
  assert.equal(deleteAccount.deletedUserId, reader.user.id);
  const left = await client.run(
    `query Left($slug: String!, $reader: ID!, $author: ID!) {
      post(slug: $slug) { id comments { nodes { id body author { username } } } }
      reader: user(id: $reader) { id }
      author: user(id: $author) { id followerCount }
    }`,
    { slug: draft.slug, reader: reader.user.id, author: author.user.id },
  );
  assert.deepEqual(
    left.post.comments.nodes.map((node: Data) => [node.body, node.author]),
    [['So true.', null]],
  );
  assert.deepEqual([left.reader, left.author.followerCount], [null, 0]);
  // Soon not even the id of the account is left, nor its like.
  await until('posts has heard of it', async () => {
    const { post } = await client.run(
      `query Ghost($slug: String!) { post(slug: $slug) { id likeCount comments { nodes { id author { id } } } } }`,
      { slug: draft.slug },
    );
    return (post.likeCount === 0 && post.comments.nodes[0].author === null) || undefined;
  });
}

function idOf(node: { id: string }): string {
  return node.id;
}

function fetchClient(url: string): Client {
  return {
    async run(query, variables, token) {
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
    },
  };
}

function apolloClient(url: string): Client {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.from([new HttpLink({ uri: url })]),
  });
  return {
    async run(text, variables = {}, token) {
      const document = gql(text);
      const context = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
      const options = { variables, context, fetchPolicy: 'network-only' } as const;
      const { data } = text.startsWith('mutation')
        ? await client.mutate({ mutation: document, ...options })
        : await client.query({ query: document, ...options });
      return data;
    },
  };
}
