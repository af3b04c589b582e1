import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { toGlobalId } from '../../platform/global-id.ts';
import { statementsDuring } from '../support/statements.ts';
import { newPerson, type PostsUnderTest, startPosts, userReference } from './support/posts-subgraph.ts';

/** 100 authors of two published posts and a draft; each post has two tags, and the published ones four comments. */

let posts: PostsUnderTest;
const authors = Array.from({ length: 100 }, newPerson);
const viewer = authors[0] ?? '';
const firstPosts = authors.map(() => randomUUID());
let commentIds: string[];

before(async () => {
  posts = await startPosts();
  const { database } = posts;
  await database.query('INSERT INTO tags SELECT $1 || n FROM generate_series(0, 99) AS n', ['tag-']);
  await database.query(
    `INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
     SELECT CASE nth WHEN 0 THEN post ELSE gen_random_uuid() END, author, 'post-' || number || '-' || nth, 'T', 'B',
       (CASE nth WHEN 2 THEN 'draft' ELSE 'published' END)::post_status,
       CASE nth WHEN 2 THEN NULL ELSE now() - number * interval '1 minute' END
     FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS t (author, post, number), generate_series(0, 2) AS nth`,
    [authors, firstPosts],
  );
  await database.query(
    `INSERT INTO post_tags (post_id, tag, position)
     SELECT id, 'tag-' || ((split_part(slug, '-', 2)::int + position) % 100), position
     FROM posts, generate_series(0, 1) AS position`,
  );
  await database.query(
    `INSERT INTO comments (id, post_id, author_id, body)
     SELECT gen_random_uuid(), id, author_id, 'C' FROM posts, generate_series(1, 4) WHERE status = 'published'`,
  );
  await database.query('INSERT INTO likes SELECT id, $1 FROM posts', [viewer]);
  const { rows } = await database.query<{ id: string }>('SELECT id FROM comments LIMIT 100');
  commentIds = rows.map(({ id }) => toGlobalId('Comment', id));
});
after(() => posts[Symbol.asyncDispose]());

interface Measured {
  readonly query: string;
  readonly variables: (n: number) => Record<string, unknown>;
  readonly statements: number;
}

const references = 'query($r: [_Any!]!) { _entities(representations: $r)';
const first = (n: number) => ({ n });
const users = (n: number) => ({ r: authors.slice(0, n).map((id) => userReference(id)) });

const measured: Record<string, Measured> = {
  'posts with their comments and those with their posts': {
    query:
      'query($n: Int) { posts(first: $n) { nodes { title comments(first: 3) { nodes { body author { id } post { title } } } } } }',
    variables: first,
    statements: 2,
  },
  'posts with the posts of their authors': {
    query:
      'query($n: Int) { posts(first: $n) { nodes { author { postCount posts(first: 2) { nodes { title } } } } } }',
    variables: first,
    statements: 3,
  },
  'posts with their tags and how often each is used': {
    query: 'query($n: Int) { posts(first: $n) { nodes { tags { name postCount } } } }',
    variables: first,
    statements: 3,
  },
  'posts with all that is counted': {
    query: 'query($n: Int) { posts(first: $n) { nodes { likeCount commentCount viewerHasLiked } } }',
    variables: first,
    statements: 3,
  },
  'tags with their posts': {
    query:
      'query($n: Int) { tags(first: $n) { nodes { name postCount posts(first: 2) { nodes { title } } } } }',
    variables: first,
    statements: 3,
  },
  'references to posts': {
    query: `${references} { ... on Post { title } } }`,
    variables: (n) => ({
      r: firstPosts.slice(0, n).map((id) => ({ __typename: 'Post', id: toGlobalId('Post', id) })),
    }),
    statements: 1,
  },
  'references to comments, with their posts': {
    query: `${references} { ... on Comment { body post { title } } } }`,
    variables: (n) => ({ r: commentIds.slice(0, n).map((id) => ({ __typename: 'Comment', id })) }),
    statements: 2,
  },
  'references to users, of whom nothing is asked but the id': {
    query: `${references} { ... on User { id } } }`,
    variables: users,
    statements: 0,
  },
  'references to users, with their posts and the comments on them': {
    query: `${references} { ... on User { postCount posts(first: 2) { nodes { comments(first: 3) { nodes { body } } } } } } }`,
    variables: users,
    statements: 3,
  },
  'the drafts and the feed of the viewer, however often referred to': {
    query: `${references} { ... on User { drafts { nodes { title } } feed { nodes { title } } } } }`,
    variables: (n) => ({ r: Array.from({ length: n }, () => userReference(viewer, authors)) }),
    statements: 2,
  },
};

for (const [name, { query, variables, statements }] of Object.entries(measured))
  test(`${name}: ${statements} statement(s), for 1, 10 and 100`, async () => {
    for (const n of [1, 10, 100]) {
      const ran = await statementsDuring(posts.testDatabase, () => posts.ask(viewer, query, variables(n)));
      const calls = ran.reduce((sum, statement) => sum + statement.calls, 0);
      assert.equal(calls, statements, `n = ${n}:\n${ran.map((statement) => statement.query).join('\n')}`);
    }
  });

test('100 posts by slug in one document are one statement', async () => {
  const fields = authors.map((_author, n) => `p${n}: post(slug: "post-${n + 1}-0") { title }`);
  const ran = await statementsDuring(posts.testDatabase, async () => {
    const answer = await posts.ask(null, `{ ${fields.join(' ')} }`);
    assert(Object.values(answer).every((post) => post !== null));
  });
  assert.deepEqual(
    ran.map(({ calls }) => calls),
    [1],
  );
});

test('nobody’s likes are not looked up', async () => {
  const ran = await statementsDuring(posts.testDatabase, () =>
    posts.ask(null, '{ posts(first: 100) { nodes { viewerHasLiked } } }'),
  );
  assert.equal(ran.length, 1);
});
