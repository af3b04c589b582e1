import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, getNamedType, isLeafType, isObjectType, Kind, parse } from 'graphql';
import { toGlobalId } from '../../platform/global-id.ts';
import { createContext as createPostsContext } from '../../subgraphs/posts/context.ts';
import { createDatabase as createPostsDatabase } from '../../subgraphs/posts/data/database.ts';
import { createSharedReads as createPostsReads } from '../../subgraphs/posts/data/shared-reads.ts';
import { resolvers as postsResolvers } from '../../subgraphs/posts/resolvers/resolvers.ts';
import { compileQuery } from '../../subgraphs/shared/compiled/compile-query.ts';
import { executeQuery } from '../../subgraphs/shared/compiled/execute-query.ts';
import { createNamedReads, type NamedReads } from '../../subgraphs/shared/named-reads.ts';
import type { RequestContext } from '../../subgraphs/shared/request-context.ts';
import { allColumns, createRowColumns } from '../../subgraphs/shared/row-columns.ts';
import { createContext as createUsersContext, type Services } from '../../subgraphs/users/context.ts';
import { createDatabase as createUsersDatabase } from '../../subgraphs/users/data/database.ts';
import { resolvers as usersResolvers } from '../../subgraphs/users/resolvers/resolvers.ts';
import { createSharedReads as createUsersReads } from '../../subgraphs/users/shared-reads.ts';
import { freshDatabase } from '../support/databases.ts';
import { createTestPool } from '../support/pools.ts';
import { testRequest } from '../support/request-context.ts';
import { quietRetries } from '../support/write-retries.ts';

/** What is asked for decides which columns are read, and nothing else. */

const ada = '00000000-0000-7000-8000-00000000000a';
const bob = '00000000-0000-7000-8000-00000000000b';
const post = '00000000-0000-7000-8000-0000000000c0';
const comment = '00000000-0000-7000-8000-0000000000d0';

const cleanUp = new AsyncDisposableStack();
after(() => cleanUp.disposeAsync());

function schemaOf(name: string, resolvers: object): GraphQLSchema {
  const sdl = readFileSync(new URL(`../../subgraphs/${name}/schema.graphql`, import.meta.url), 'utf8');
  // biome-ignore lint/suspicious/noExplicitAny: the generated type has checked them.
  return buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as any });
}

async function poolWith(name: 'users' | 'posts', rows: string) {
  const database = cleanUp.use(await freshDatabase(name));
  const pool = createTestPool(`${database.url}?options=-c%20TimeZone=UTC`, 2);
  cleanUp.defer(() => pool.end());
  await pool.query(rows);
  return pool;
}

/** Also notes the statements, to see that columns are left out at all. */
function watched(reads: NamedReads, statements: string[]): NamedReads {
  return {
    read(statement) {
      statements.push(statement.text);
      return reads.read(statement);
    },
  };
}

/** Every leaf by itself, so that a new one is asked for, too; and what is known to need more than its name says. */
function selectionsOf(schema: GraphQLSchema, type: string, others: readonly string[]): string[] {
  const objectType = schema.getType(type);
  assert(isObjectType(objectType));
  const leaves = Object.values(objectType.getFields()).filter((field) =>
    isLeafType(getNamedType(field.type)),
  );
  return [...leaves.map(({ name }) => name), '__typename', ...others];
}

async function answers(
  schema: GraphQLSchema,
  createContext: (request: RequestContext) => RequestContext,
  text: string,
): Promise<{ asked: string; anything: string }> {
  const document = parse(text);
  const [operation] = document.definitions;
  assert(operation?.kind === Kind.OPERATION_DEFINITION);
  const query = compileQuery(schema, document, operation);
  assert(query);
  const run = async (request: RequestContext) => {
    const { data, errors } = await executeQuery(query, createContext(request), {});
    assert.deepEqual(errors, [], text);
    return JSON.stringify(data);
  };
  const viewer = { subject: ada };
  return { asked: await run(testRequest(viewer, query.asked)), anything: await run(testRequest(viewer)) };
}

test('each field of a post or comment is the same alone as where everything is read', async () => {
  const schema = schemaOf('posts', postsResolvers);
  const pool = await poolWith(
    'posts',
    `INSERT INTO posts (id, author_id, slug, title, body, status, published_at, version)
     VALUES ('${post}', '${ada}', 'slug', 'T', 'B', 'published', '2026-01-01 00:00:00.5', 3);
     INSERT INTO comments (id, post_id, author_id, body) VALUES ('${comment}', '${post}', '${bob}', 'C');
     INSERT INTO tags VALUES ('tag'); INSERT INTO post_tags (post_id, tag, position) VALUES ('${post}', 'tag', 0)`,
  );
  const database = createPostsDatabase(pool, quietRetries());
  cleanUp.defer(() => database.$disconnect());
  const statements: string[] = [];
  const shared = createPostsReads(watched(createNamedReads(pool), statements));
  const ask = (text: string) =>
    answers(schema, (request) => createPostsContext(request, database, shared), text);

  const pages = (field: string) => [`${field} { edges { cursor } }`, `${field} { pageInfo { endCursor } }`];
  const ofPost = selectionsOf(schema, 'Post', ['author { id }', 'tags { name }', ...pages('comments')]);
  const ofComment = selectionsOf(schema, 'Comment', ['author { id }', 'post { id }', 'post { title }']);
  const entity = (type: string, id: string, selection: string) =>
    `{ _entities(representations: [{ __typename: "${type}", id: "${toGlobalId(type, id)}" }]) { ... on ${type} { ${selection} } } }`;
  const queries = [
    ...ofPost.flatMap((selection) => [
      entity('Post', post, selection),
      `{ post(slug: "slug") { ${selection} } }`,
      `{ post(slug: "slug") { ... on Node { id } ...P } } fragment P on Post { ${selection} }`,
      `{ post(slug: "slug") { tags { posts { nodes { ${selection} } } } } }`,
      entity('User', ada, `posts { nodes { ${selection} } }`),
    ]),
    ...ofComment.flatMap((selection) => [
      entity('Comment', comment, selection),
      entity('Post', post, `comments { nodes { ${selection} } }`),
      entity('Post', post, `comments { edges { node { ${selection} } } }`),
    ]),
    ...pages('posts').flatMap((selection) => [
      entity('User', ada, selection),
      `{ post(slug: "slug") { tags { ${selection} } } }`,
    ]),
  ];
  for (const text of queries) {
    const { asked, anything } = await ask(text);
    assert.equal(asked, anything, text);
  }
  statements.length = 0;
  await ask(entity('User', ada, 'posts { nodes { title } }'));
  assert.match(statements[0] ?? '', /SELECT parents.parent, posts.id AS "id", posts.title AS "title"\s+FROM/);
});

test('each field of an account is the same alone as where everything is read', async () => {
  const schema = schemaOf('users', usersResolvers);
  const pool = await poolWith(
    'users',
    `INSERT INTO users (id, username, name, bio, avatar_url, email, password_hash)
     VALUES ('${ada}', 'ada', 'A', 'bio', 'https://a.example/a', 'a@a.example', 'hash'),
       ('${bob}', 'bob', 'B', 'oib', NULL, 'b@a.example', 'hash');
     INSERT INTO follows (id, follower_id, followee_id)
     VALUES (gen_random_uuid(), '${ada}', '${bob}'), (gen_random_uuid(), '${bob}', '${ada}')`,
  );
  const database = createUsersDatabase(pool, quietRetries());
  cleanUp.defer(() => database.$disconnect());
  const statements: string[] = [];
  const services = { sharedReads: createUsersReads(watched(createNamedReads(pool), statements)) } as Services;
  const ask = (text: string) =>
    answers(schema, (request) => createUsersContext(services, database, request), text);

  for (const selection of selectionsOf(schema, 'User', [
    'followers { edges { cursor } }',
    'following { pageInfo { endCursor } }',
  ]))
    for (const text of [
      `{ user(username: "ada") { ${selection} } }`,
      `{ user(id: "${toGlobalId('User', ada)}") { ${selection} } }`,
      `{ node(id: "${toGlobalId('User', ada)}") { ... on User { ${selection} } } }`,
      `{ user(username: "bob") { followers { nodes { ${selection} } } } }`,
      `{ user(username: "bob") { following { edges { node { ${selection} } } } } }`,
    ]) {
      const { asked, anything } = await ask(text);
      assert.equal(asked, anything, text);
    }
  statements.length = 0;
  await ask(`{ user(id: "${toGlobalId('User', ada)}") { name } }`);
  assert.match(statements[0] ?? '', /SELECT users.id AS "id", users.name AS "name" FROM/);
});

test('what several ask for is read together, and only few sets of columns are', () => {
  const names = ['a', 'b', 'c', 'd', 'e'] as const;
  const columns = createRowColumns<(typeof names)[number]>({
    columns: { a: 't.a', b: 't.b', c: 't.c', d: 't.d', e: 't.e' },
    always: ['a'],
    type: 'T',
    neededBy: { 'T.other': ['b', 'c'] },
  });
  const needed = (...fields: string[]) => columns.neededFor(new Set(fields));
  assert.equal(columns.toSql(needed('T.d')).text, 't.a AS "a", t.d AS "d"');
  assert.equal(columns.toSql(needed('T.other', 'U.e')).text, 't.a AS "a", t.b AS "b", t.c AS "c"');
  assert.equal(needed('T.d') | needed('T.e'), needed('T.d', 'T.e'));
  assert.equal(columns.neededFor(undefined), allColumns);
  const texts = new Set(Array.from({ length: 2 ** names.length }, (_, bits) => columns.toSql(bits | 1).text));
  // And all of them.
  assert.equal(texts.size, 16);
});
