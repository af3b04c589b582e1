import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse } from 'graphql';
import type { Pool } from 'pg';
import { toGlobalId } from '../../platform/global-id.ts';
import { attributeFields } from '../../subgraphs/shared/attribute-fields.ts';
import { createNamedReads } from '../../subgraphs/shared/named-reads.ts';
import { createContext, type Services } from '../../subgraphs/users/context.ts';
import { createDatabase, type Database } from '../../subgraphs/users/data/database.ts';
import { resolvers } from '../../subgraphs/users/resolvers/resolvers.ts';
import { createSharedReads } from '../../subgraphs/users/shared-reads.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { createTestPool } from '../support/pools.ts';
import { testRequest } from '../support/request-context.ts';
import { statementsDuring } from '../support/statements.ts';
import { quietRetries } from '../support/write-retries.ts';

/**
 * Requests that are worked on in the same turn. They are executed here without HTTP, which would decide by chance how many are.
 */

const schema = attributeFields(
  buildSubgraphSchema({
    typeDefs: parse(readFileSync(new URL('../../subgraphs/users/schema.graphql', import.meta.url), 'utf8')),
    // biome-ignore lint/suspicious/noExplicitAny: the generated type has checked them.
    resolvers: resolvers as any,
  }),
);

let testDatabase: TestDatabase;
let pool: Pool;
let database: Database;
const people = Array.from({ length: 8 }, (_, n) => `00000000-0000-7000-8000-00000000000${n}`);

before(async () => {
  testDatabase = await freshDatabase('users');
  pool = createTestPool(testDatabase.url, 8);
  database = createDatabase(pool, quietRetries());
  await pool.query(
    `INSERT INTO users (id, username, name, email, password_hash)
     SELECT id, 'user' || n - 1, 'N' || n - 1, n - 1 || '@a.example', 'hash'
     FROM unnest($1::uuid[]) WITH ORDINALITY AS t (id, n)`,
    [people],
  );
  // Each follows the next two, in a circle.
  await pool.query(
    `INSERT INTO follows (id, follower_id, followee_id)
     SELECT gen_random_uuid(), a.id, b.id FROM unnest($1::uuid[]) WITH ORDINALITY AS a (id, n)
     JOIN unnest($1::uuid[]) WITH ORDINALITY AS b (id, n) ON (b.n - a.n + 8) % 8 IN (1, 2)`,
    [people],
  );
});
after(async () => {
  await database.$disconnect();
  await pool.end();
  await testDatabase[Symbol.asyncDispose]();
});

interface Operation {
  readonly viewer: string | null;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** A process of the subgraph, as far as queries see it: executes them, and says what it noted for each one. */
function createProcess() {
  // What only mutations use isn't there.
  const services = { sharedReads: createSharedReads(createNamedReads(pool)) } as Services;
  return async ({ viewer, query, variables }: Operation) => {
    const request = testRequest(viewer === null ? null : { subject: viewer });
    const contextValue = createContext(services, database, request);
    const result = await execute({ schema, document: parse(query), variableValues: variables, contextValue });
    return {
      answer: JSON.parse(JSON.stringify(result)),
      tags: request.answer.tags(),
      isPrivate: request.answer.dependsOnViewer(),
    };
  };
}

const references = 'query($r: [_Any!]!) { _entities(representations: $r)';
const user = (id: string) => ({ __typename: 'User', id: toGlobalId('User', id) });

test('32 requests of many kinds are one statement for each table and shape, and get what they get alone', async () => {
  const operations: Operation[] = people.flatMap((person, n) => {
    const viewer = n % 2 === 0 ? person : null;
    const both = { r: [user(person), user(people[0] ?? '')] };
    const page = `nodes { username }`;
    return [
      {
        viewer,
        query: `${references} { ... on User { n${n}: name followers(first: 1) { ${page} } } } }`,
        variables: both,
      },
      {
        viewer,
        query: `${references} { ... on User { following(last: 1) { ${page} } followerCount } } }`,
        variables: both,
      },
      { viewer, query: `{ user(username: "user${n}") { bio } }`, variables: {} },
      {
        viewer,
        query: 'query($id: ID) { user(id: $id) { username followingCount } }',
        variables: { id: toGlobalId('User', person) },
      },
    ];
  });
  const alone = createProcess();
  const expected: Awaited<ReturnType<typeof alone>>[] = [];
  for (const operation of operations) expected.push(await alone(operation));
  assert(expected.every(({ answer, isPrivate }) => answer.errors === undefined && !isPrivate));

  let got: typeof expected = [];
  const ran = await statementsDuring(testDatabase, async () => {
    got = await Promise.all(operations.map(createProcess()));
  });
  assert.deepEqual(got, expected);
  // Accounts by id and by username; followers; followed accounts; counters.
  assert.deepEqual(
    ran.map(({ calls }) => calls),
    [1, 1, 1, 1, 1],
    ran.map(({ calls, query }) => `${calls} x ${query}`).join('\n'),
  );
});

test('what is the viewer’s is read by a statement for each viewer, and is nobody else’s', async () => {
  let answers: Awaited<ReturnType<ReturnType<typeof createProcess>>>[] = [];
  const ran = await statementsDuring(testDatabase, async () => {
    answers = await Promise.all(
      [null, ...people]
        .map((viewer) => ({
          viewer,
          query: `${references} { ... on User { email viewerIsFollowing followeeIds } } }`,
          variables: { r: people.map(user) },
        }))
        .map(createProcess()),
    );
  });
  for (const [n, { answer, isPrivate }] of answers.entries()) {
    const viewer = n - 1;
    assert(isPrivate);
    const follows = (m: number) => n > 0 && [1, 2].includes((m - viewer + people.length) % people.length);
    assert.deepEqual(
      answer.data._entities.map((entity: { followeeIds: string[] | null }) => ({
        ...entity,
        followeeIds: entity.followeeIds?.toSorted() ?? null,
      })),
      people.map((_, m) => ({
        email: m === viewer ? `${m}@a.example` : null,
        viewerIsFollowing: follows(m),
        followeeIds:
          m === viewer
            ? people
                .filter((_person, k) => follows(k))
                .map((person) => toGlobalId('User', person))
                .toSorted()
            : null,
      })),
    );
  }
  // The accounts once for all; whom they follow, and which of them, once for each viewer.
  assert.deepEqual(ran.map(({ calls }) => calls).toSorted(), [1, people.length, people.length]);
});
