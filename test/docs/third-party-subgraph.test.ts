import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { composeServices } from '@apollo/composition';
import { buildSchema, graphql, parse } from 'graphql';
import { seed } from '../../prisma/seed/seed.ts';
import { startSupergraph } from '../support/supergraph.ts';

const root = join(import.meta.dirname, '../..');

/** As somebody else writes a subgraph: another server, another federation version, no word of signatures. */
const foreignSchema = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type User @key(fields: "id") {
    id: ID!
    reputation: Int
  }
  type Query {
    motto: String!
  }
`;

test('a subgraph that knows nothing of ours answers through the same gateway', async () => {
  await using opening = new AsyncDisposableStack();
  const foreign = createServer(async (request, response) => {
    const { query, variables } = (await json(request)) as {
      query: string;
      variables?: Record<string, unknown>;
    };
    const answer = await graphql({
      schema: buildSchema(`
        scalar _Any
        union _Entity = User
        type User { id: ID! reputation: Int }
        type Query { motto: String! _entities(representations: [_Any!]!): [_Entity]! }
      `),
      source: query,
      variableValues: variables ?? {},
      rootValue: {
        motto: 'Be kind.',
        _entities: ({ representations }: { representations: { id: string }[] }) =>
          representations.map(({ id }) => ({ __typename: 'User', id, reputation: id.length })),
      },
    });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  opening.defer(() => {
    foreign.close();
    foreign.closeAllConnections();
  });

  const sdl = async (name: string) =>
    parse(await readFile(join(root, 'subgraphs', name, 'schema.graphql'), 'utf8'));
  const composed = composeServices([
    { name: 'users', typeDefs: await sdl('users') },
    { name: 'posts', typeDefs: await sdl('posts') },
    {
      name: 'reputation',
      typeDefs: parse(foreignSchema),
      url: `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`,
    },
  ]);
  assert(composed.supergraphSdl, JSON.stringify(composed.errors));
  const folder = await mkdtemp(join(tmpdir(), 'supergraph-foreign-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, composed.supergraphSdl);

  const supergraph = opening.use(await startSupergraph({ SUPERGRAPH_FILE: file }));
  await seed({
    usersUrl: supergraph.usersDatabase.url,
    postsUrl: supergraph.postsDatabase.url,
    users: 3,
    posts: 0,
    notEmpty: 'refuse',
  });
  const response = await fetch(supergraph.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ motto user(username: "ada") { id name reputation } }' }),
  });
  const answer = (await response.json()) as {
    data: { motto: string; user: { id: string; name: string; reputation: number } };
  };
  assert.equal(answer.data.motto, 'Be kind.');
  assert.equal(answer.data.user.name, 'Ada Lovelace');
  assert.equal(answer.data.user.reputation, answer.data.user.id.length);
});
