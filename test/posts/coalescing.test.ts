import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse } from 'graphql';
import type { Pool } from 'pg';
import { toGlobalId } from '../../platform/global-id.ts';
import { createContext } from '../../subgraphs/posts/context.ts';
import { createDatabase, type Database } from '../../subgraphs/posts/data/database.ts';
import { findLikedPosts } from '../../subgraphs/posts/data/likes.ts';
import { createSharedReads } from '../../subgraphs/posts/data/shared-reads.ts';
import { resolvers } from '../../subgraphs/posts/resolvers/resolvers.ts';
import { attributeFields } from '../../subgraphs/shared/attribute-fields.ts';
import { createNamedReads } from '../../subgraphs/shared/named-reads.ts';
import { createSharedRead } from '../../subgraphs/shared/shared-reads.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { createTestPool } from '../support/pools.ts';
import { testRequest } from '../support/request-context.ts';
import { statementsDuring } from '../support/statements.ts';
import { quietRetries } from '../support/write-retries.ts';
import { type Person, userReference } from './support/posts-subgraph.ts';

/**
 * Requests that are worked on in the same turn. They are executed here without HTTP, which would decide by chance how many are.
 */

const schema = attributeFields(
  buildSubgraphSchema({
    typeDefs: parse(readFileSync(new URL('../../subgraphs/posts/schema.graphql', import.meta.url), 'utf8')),
    // biome-ignore lint/suspicious/noExplicitAny: the generated type has checked them.
    resolvers: resolvers as any,
  }),
);

let testDatabase: TestDatabase;
let pool: Pool;
let database: Database;
/** Each has two published posts, with a tag, a comment and a like of their author, and a draft with a comment. */
const authors = Array.from({ length: 8 }, () => randomUUID());
const idOf = (author: number, nth: number) => `00000000-0000-7000-8000-0000000000${author}${nth}`;

before(async () => {
  testDatabase = await freshDatabase('posts');
  pool = createTestPool(testDatabase.url, 8);
  database = createDatabase(pool, quietRetries());
  await pool.query(
    `INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
     SELECT ('00000000-0000-7000-8000-0000000000' || n - 1 || nth)::uuid, author, 'post-' || n - 1 || '-' || nth,
       'Post ' || n - 1 || nth, 'B', (CASE nth WHEN 2 THEN 'draft' ELSE 'published' END)::post_status,
       CASE nth WHEN 2 THEN NULL ELSE timestamptz '2026-01-01' + nth * interval '1 day' END
     FROM unnest($1::uuid[]) WITH ORDINALITY AS t (author, n), generate_series(0, 2) AS nth`,
    [authors],
  );
  await pool.query(`
    INSERT INTO tags VALUES ('tag');
    INSERT INTO post_tags (post_id, tag, position) SELECT id, 'tag', 0 FROM posts;
    INSERT INTO comments (id, post_id, author_id, body) SELECT id, id, author_id, 'C' || slug FROM posts;
    INSERT INTO likes SELECT id, author_id FROM posts WHERE status = 'published'`);
});
after(async () => {
  await database.$disconnect();
  await pool.end();
  await testDatabase[Symbol.asyncDispose]();
});

interface Operation {
  readonly viewer: Person;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** A process of the subgraph, as far as operations see it: executes them, and says what it noted for each one. */
function createProcess() {
  const shared = createSharedReads(createNamedReads(pool));
  return async ({ viewer, query, variables }: Operation) => {
    const request = testRequest(viewer === null ? null : { subject: viewer });
    const contextValue = createContext(request, database, shared);
    const result = await execute({ schema, document: parse(query), variableValues: variables, contextValue });
    const { answer } = request;
    return {
      answer: JSON.parse(JSON.stringify(result)),
      tags: answer.tags(),
      isPrivate: answer.dependsOnViewer(),
    };
  };
}

const references = 'query($r: [_Any!]!) { _entities(representations: $r)';
const post = (id: string) => ({ __typename: 'Post', id: toGlobalId('Post', id) });

const publicOperations: Operation[] = authors.flatMap((author, n) => {
  const viewer = n % 2 === 0 ? author : null;
  const user = { r: [userReference(author), userReference(authors[0] ?? '')] };
  return [
    {
      viewer,
      query: `${references} { ... on User { posts(first: 1) { nodes { title comments(first: 1) { nodes { body } } } } } } }`,
      variables: user,
    },
    {
      viewer,
      query: `${references} { ... on User { n${n}: postCount posts(first: 1) { nodes { slug tags { name } } } } } }`,
      variables: user,
    },
    {
      viewer,
      query: `${references} { ... on Post { t${n}: title likeCount } } }`,
      variables: { r: [post(idOf(n, 0)), post(idOf(n, 1))] },
    },
    { viewer, query: '{ post(slug: $s) { title } }'.replace('$s', `"post-${n}-0"`), variables: {} },
  ];
});

test('32 requests of many kinds are one statement for each table and shape, and get what they get alone', async () => {
  const alone = createProcess();
  const expected: Awaited<ReturnType<typeof alone>>[] = [];
  for (const operation of publicOperations) expected.push(await alone(operation));
  assert(expected.every(({ answer, isPrivate }) => answer.errors === undefined && !isPrivate));

  const together = createProcess();
  let got: typeof expected = [];
  const ran = await statementsDuring(testDatabase, async () => {
    got = await Promise.all(publicOperations.map(together));
  });
  assert.deepEqual(got, expected);
  // Posts by author, by id and by slug; comments; tags; counters of authors and of posts.
  assert.deepEqual(
    ran.map(({ calls }) => calls),
    [1, 1, 1, 1, 1, 1, 1],
    ran.map(({ query }) => query).join('\n'),
  );
});

test('nobody gets a draft, a comment on it or a like from a request of somebody else in the same turn', async () => {
  const viewers = [null, ...authors];
  const all = authors.map((_, n) => idOf(n, 2));
  const operations: Operation[] = viewers.flatMap((viewer) => [
    { viewer, query: `${references} { ... on Post { title } } }`, variables: { r: all.map(post) } },
    {
      viewer,
      query: `${references} { ... on Comment { body post { title } } } }`,
      variables: { r: all.map((id) => ({ __typename: 'Comment', id: toGlobalId('Comment', id) })) },
    },
    {
      viewer,
      query: `{ ${authors.map((_, n) => `p${n}: post(slug: "post-${n}-2") { title }`).join(' ')} }`,
      variables: {},
    },
    {
      viewer,
      query: `${references} { ... on Post { viewerHasLiked } } }`,
      variables: { r: authors.map((_, n) => post(idOf(n, 0))) },
    },
    {
      viewer,
      query: `${references} { ... on User { drafts { nodes { title } } } } }`,
      variables: { r: authors.map((author) => userReference(author)) },
    },
  ]);
  const answers = await Promise.all(operations.map(createProcess()));
  for (const [n, viewer] of viewers.entries()) {
    const [byId, comments, bySlug, liked, drafts] = answers.slice(n * 5, n * 5 + 5);
    const own = <Value>(value: Value, nothing: unknown = null) =>
      authors.map((author) => (author === viewer ? value : nothing));
    const title = `Post ${n - 1}2`;
    assert.deepEqual(byId?.answer.data._entities, own({ title }));
    assert.deepEqual(comments?.answer.data._entities, own({ body: `Cpost-${n - 1}-2`, post: { title } }));
    assert.deepEqual(Object.values(bySlug?.answer.data), own({ title }));
    assert.deepEqual(liked?.answer.data._entities, own({ viewerHasLiked: true }, { viewerHasLiked: false }));
    assert.deepEqual(
      drafts?.answer.data._entities,
      own({ drafts: { nodes: [{ title }] } }, { drafts: null }),
    );
  }
  assert(answers.every(({ isPrivate }) => isPrivate));
});

test('what is the viewer’s is read by a statement for each viewer', async () => {
  const run = createProcess();
  const ran = await statementsDuring(testDatabase, () =>
    Promise.all(
      authors.map((viewer) =>
        run({
          viewer,
          query: `${references} { ... on Post { viewerHasLiked } } }`,
          variables: { r: authors.map((_, n) => post(idOf(n, 0))) },
        }),
      ),
    ),
  );
  // The posts once for all, their likes for each one.
  assert.deepEqual(ran.map(({ calls }) => calls).toSorted(), [1, authors.length]);
});

test('a read for all requests can’t be given a viewer', () => {
  // @ts-expect-error Only a request has a ViewerId, and there is none where shared reads are made.
  createSharedRead((postIds) => findLikedPosts(database, postIds, authors[0] ?? ''));
});

test('a mutation’s payload is read after it, whatever others are reading', async () => {
  const run = createProcess();
  const reading: Operation = {
    viewer: null,
    query: `${references} { ... on Post { likeCount } } }`,
    variables: { r: [post(idOf(0, 0))] },
  };
  const liking: Operation = {
    viewer: authors[1] ?? null,
    query: 'mutation($input: LikePostInput!) { likePost(input: $input) { post { likeCount } } }',
    variables: { input: { postId: toGlobalId('Post', idOf(0, 0)) } },
  };
  const [liked] = await Promise.all([run(liking), ...Array.from({ length: 8 }, () => run(reading))]);
  assert.equal(liked.answer.data.likePost.post.likeCount, 2);
  assert.equal((await run(reading)).answer.data._entities[0].likeCount, 2);
});

test('a row that PostgreSQL chokes on fails the request that asked for it, and no other', async () => {
  await pool.query(`
    ALTER TABLE author_counters RENAME TO sound_counters;
    CREATE VIEW author_counters AS
      SELECT author_id, post_count / (author_id <> '${authors[3]}')::int AS post_count FROM sound_counters`);
  const answers = await Promise.all(
    authors
      .map((author) => ({
        viewer: null,
        query: `${references} { ... on User { postCount } } }`,
        variables: { r: [userReference(author)] },
      }))
      .map(createProcess()),
  );
  for (const [n, { answer }] of answers.entries()) {
    assert.deepEqual(answer.data._entities, [{ postCount: n === 3 ? null : 2 }]);
    assert.equal(answer.errors?.length ?? 0, n === 3 ? 1 : 0);
  }
});
