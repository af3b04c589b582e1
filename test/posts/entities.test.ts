import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { toGlobalId } from '../../platform/global-id.ts';
import { newPerson, type PostsUnderTest, startPosts, userReference } from './support/posts-subgraph.ts';

let posts: PostsUnderTest;
before(async () => {
  posts = await startPosts();
});
after(() => posts[Symbol.asyncDispose]());

const entities = `query($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Post { id title }
    ... on Comment { id body post { id } }
    ... on User { id postCount posts { nodes { id } } }
  }
}`;

test('references to posts, comments and users resolve, mixed and in the order asked for', async () => {
  const author = newPerson();
  const postId = await posts.writePost(author, { title: 'One' });
  const commentId = await posts.writeComment(newPerson(), postId, 'Well said');
  const { _entities } = await posts.ask(null, entities, {
    representations: [
      { __typename: 'Comment', id: commentId },
      userReference(author),
      { __typename: 'Post', id: postId },
      { __typename: 'Post', id: postId },
    ],
  });
  const post = { __typename: 'Post', id: postId, title: 'One' };
  assert.deepEqual(_entities, [
    { __typename: 'Comment', id: commentId, body: 'Well said', post: { id: postId } },
    { ...userReference(author), postCount: 1, posts: { nodes: [{ id: postId }] } },
    post,
    post,
  ]);
});

test('a user of whom nothing is known here has written nothing', async () => {
  const stranger = userReference(newPerson());
  const { _entities } = await posts.ask(null, entities, { representations: [stranger] });
  assert.deepEqual(_entities, [{ ...stranger, postCount: 0, posts: { nodes: [] } }]);
});

const notIds: Record<string, unknown> = {
  'an id of nothing': toGlobalId('Post', randomUUID()),
  'an id of another type': toGlobalId('Tag', randomUUID()),
  'a bare UUID': randomUUID(),
  'an empty text': '',
  'a zero byte': '\0',
  'a text that is no base64url': '!!%%',
  'a huge text': 'A'.repeat(100_000),
  'a number': 7,
  'a boolean': true,
  nothing: null,
  'a list': [toGlobalId('Post', randomUUID())],
  'an object': { id: 1 },
};

for (const [description, id] of Object.entries(notIds)) {
  test(`a reference with ${description} for an id resolves to null beside those that are there`, async () => {
    const postId = await posts.writePost(newPerson(), { title: 'Here' });
    const { _entities } = await posts.ask(null, entities, {
      representations: [
        { __typename: 'Post', id },
        { __typename: 'Comment', id },
        { __typename: 'User', id },
        { __typename: 'Post', id: postId },
      ],
    });
    assert.deepEqual(_entities, [null, null, null, { __typename: 'Post', id: postId, title: 'Here' }]);
  });
}

test('an id is bound to its type: a post under the id of a comment is not found', async () => {
  const postId = await posts.writePost(newPerson());
  const { _entities } = await posts.ask(null, entities, {
    representations: [
      { __typename: 'Comment', id: postId },
      { __typename: 'User', id: postId },
    ],
  });
  assert.deepEqual(_entities, [null, null]);
});

test('a call that nobody signed is refused, whatever it asks for', async () => {
  for (const query of ['{ __typename }', '{ _service { sdl } }']) {
    const response = await fetch(posts.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    assert.equal(response.status, 401);
    assert.deepEqual(codesOf(await response.json()), ['UNSIGNED_CALL']);
  }
});

function codesOf(answer: unknown): (string | undefined)[] {
  const { errors } = answer as { errors: { extensions?: { code?: string } }[] };
  return errors.map(({ extensions }) => extensions?.code);
}
