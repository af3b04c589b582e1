import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { toGlobalId } from '../../platform/global-id.ts';
import { toCursor } from '../../subgraphs/shared/page.ts';
import { newPerson, type PostsUnderTest, startPosts, userReference } from './support/posts-subgraph.ts';

/** Whatever a client sends, it gets an answer about what it sent: never a fault of ours. */

let posts: PostsUnderTest;
const author = newPerson();
let postId: string;
before(async () => {
  posts = await startPosts();
  postId = await posts.writePost(author, { tags: ['tag'] });
  await posts.writeComment(author, postId);
});
after(() => posts[Symbol.asyncDispose]());

const texts: Record<string, string> = {
  'an empty text': '',
  'a zero byte': 'a\0b',
  'half a character': '\ud800',
  'a huge text': 'x'.repeat(1_000_000),
  'huge words': 'lorem-ipsum '.repeat(80_000),
  SQL: "'; DROP TABLE posts; --",
  wildcards: '%_\\',
  'an open quote': '"bread',
  'operators of a search': '-- & | ! <-> :* () "" -" OR OR',
  'only a minus': '-',
  'a UUID': randomUUID(),
  'the id of a tag': toGlobalId('Tag', randomUUID()),
  'the id of a post that is not there': toGlobalId('Post', randomUUID()),
  'a type name with a zero byte': toGlobalId('Po\0st', randomUUID()),
  'text from right to left': '\u202e\u0645\u0631\u062d\u0628\u0627',
  'a number': '12345678901234567890',
};

const operations: Record<string, string> = {
  'post by id': '($text: ID) { post(id: $text) { id } }',
  'post by slug': '($text: String) { post(slug: $text) { id } }',
  'posts of an author': '($text: ID) { posts(filter: { author: $text }) { nodes { id } } }',
  'posts with a tag': '($text: String) { posts(filter: { tag: $text }) { nodes { id } } }',
  'a search': '($text: String) { posts(filter: { search: $text }) { nodes { id } } }',
  'a search with a tag': '($text: String) { posts(filter: { search: $text, tag: "tag" }) { nodes { id } } }',
  tags: '($text: String) { tags(search: $text) { nodes { name } } }',
  'the cursor of posts': '($text: String) { posts(after: $text) { nodes { id } } }',
  'the cursor of tags': '($text: String) { tags(before: $text) { nodes { name } } }',
};

const mutations: Record<string, string> = {
  'a title': '($text: String!) { createPost(input: { title: $text, body: "" }) { userErrors { code } } }',
  'a body': '($text: String!) { createPost(input: { title: "T", body: $text }) { userErrors { code } } }',
  'a tag':
    '($text: String!) { createPost(input: { title: "T", body: "", tags: [$text] }) { userErrors { code } } }',
  'a slug':
    '($text: String!) { createPost(input: { title: "T", body: "", slug: $text }) { userErrors { code } } }',
  'the id of an edit':
    '($text: ID!) { updatePost(input: { id: $text, expectedVersion: 1 }) { userErrors { code } } }',
  'the id to publish': '($text: ID!) { publishPost(input: { id: $text }) { userErrors { code } } }',
  'the id to unpublish': '($text: ID!) { unpublishPost(input: { id: $text }) { userErrors { code } } }',
  'the id to delete': '($text: ID!) { deletePost(input: { id: $text }) { userErrors { code } } }',
  'the id to like': '($text: ID!) { likePost(input: { postId: $text }) { userErrors { code } } }',
  'the id to unlike': '($text: ID!) { unlikePost(input: { postId: $text }) { userErrors { code } } }',
  'the id to comment on':
    '($text: ID!) { addComment(input: { postId: $text, body: "B" }) { userErrors { code } } }',
  'the id of a comment': '($text: ID!) { deleteComment(input: { id: $text }) { userErrors { code } } }',
};

for (const [description, text] of Object.entries(texts)) {
  test(`${description} in a query is no fault of ours`, async () => {
    for (const [name, operation] of Object.entries(operations))
      await assertNoFault(name, `query${operation}`, { text });
  });

  test(`${description} in a mutation is no fault of ours`, async () => {
    for (const [name, operation] of Object.entries(mutations))
      await assertNoFault(name, `mutation${operation}`, { text });
    await assertNoFault(
      'a comment',
      'mutation($id: ID!, $text: String!) { addComment(input: { postId: $id, body: $text }) { userErrors { code } } }',
      { id: postId, text },
    );
  });
}

test('a mutation on what is no id of the right type is NOT_FOUND', async () => {
  for (const id of [
    toGlobalId('Post', randomUUID()),
    toGlobalId('Comment', randomUUID()),
    toGlobalId('User', author),
    '',
    'x',
  ])
    for (const [mutation, input] of Object.entries({
      updatePost: { id, expectedVersion: 1 },
      publishPost: { id },
      unpublishPost: { id },
      deletePost: { id },
      likePost: { postId: id },
      unlikePost: { postId: id },
      addComment: { postId: id, body: 'B' },
      deleteComment: { id },
    })) {
      const { userErrors } = await posts.mutate(author, mutation, input, '');
      assert.equal(userErrors[0]?.code, 'NOT_FOUND', `${mutation} ${id}`);
    }
});

/** Every connection of this subgraph, with its arguments to be filled in. */
const connections: Record<string, (args: string) => [query: string, variables: Record<string, unknown>]> = {
  'Query.posts': (args) => [`{ posts(${args}) { nodes { id } } }`, {}],
  'Query.tags': (args) => [`{ tags(${args}) { nodes { name } } }`, {}],
  'Tag.posts': (args) => [`{ tags { nodes { posts(${args}) { nodes { id } } } } }`, {}],
  'Post.comments': (args) => [
    `query($id: ID) { post(id: $id) { comments(${args}) { nodes { id } } } }`,
    { id: postId },
  ],
  'User.posts': (args) => userField(`posts(${args})`),
  'User.drafts': (args) => userField(`drafts(${args})`),
  'User.feed': (args) => userField(`feed(${args})`),
};

function userField(field: string): [string, Record<string, unknown>] {
  return [
    `query($r: [_Any!]!) { _entities(representations: $r) { ... on User { ${field} { nodes { id } } } } }`,
    { r: [userReference(author, [author])] },
  ];
}

const post = randomUUID();
const faultyCursors = {
  'no base64url': '!',
  nothing: '',
  'no JSON': 'AAAA',
  'another shape': toCursor([]),
  'too many values': toCursor(['a', 'b', 'c']),
  'a date that is none': toCursor(['tomorrow', post]),
  'a date without its like in the calendar': toCursor(['2026-02-30T00:00:00.000Z', post]),
  'the year 0': toCursor(['0000-01-01T00:00:00.000Z', post]),
  'an infinite date': toCursor(['infinity', post]),
  'an id that is none': toCursor(['2026-01-01T00:00:00.000Z', 'x']),
  'a zero byte': toCursor(['\0']),
  numbers: Buffer.from('[1,2]').toString('base64url'),
};

for (const [name, connection] of Object.entries(connections)) {
  test(`${name} says what is wrong with the size of a page`, async () => {
    for (const [args, code] of [
      ['first: -1', 'BAD_USER_INPUT'],
      ['last: -1', 'BAD_USER_INPUT'],
      ['first: 1, last: 1', 'BAD_USER_INPUT'],
      ['first: 101', 'PAGE_TOO_LARGE'],
      ['last: 101', 'PAGE_TOO_LARGE'],
      ['first: 2147483647', 'PAGE_TOO_LARGE'],
    ] as const) {
      const { body } = await posts.call(author, ...connection(args));
      assert.equal(body.errors?.[0]?.extensions?.code, code, args);
    }
  });

  test(`${name} refuses cursors that are not its own`, async () => {
    for (const [description, cursor] of Object.entries(faultyCursors))
      for (const argument of ['after', 'before']) {
        const { body } = await posts.call(author, ...connection(`${argument}: ${JSON.stringify(cursor)}`));
        assert.equal(body.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT', description);
      }
  });
}

test('a cursor of one kind of list is refused by another kind', async () => {
  const cursors = {
    posts: toCursor(['2026-01-01T00:00:00.000Z', post]),
    ids: toCursor([post, 'x']),
  };
  for (const [list, cursor] of [
    ['tags', cursors.posts],
    ['posts', cursors.ids],
    ['posts', toCursor(['tag'])],
  ]) {
    const { body } = await posts.call(null, `{ ${list}(after: "${cursor}") { nodes { __typename } } }`);
    assert.equal(body.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
  }
});

async function assertNoFault(name: string, query: string, variables: Record<string, unknown>): Promise<void> {
  const { status, body } = await posts.call(author, query, variables);
  assert(status < 500, `${name}: status ${status}`);
  for (const { extensions } of body.errors ?? []) assert.equal(extensions?.code, 'BAD_USER_INPUT', name);
}
