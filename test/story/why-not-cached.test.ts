import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { seed } from '../../prisma/seed/seed.ts';
import { facts as postFacts, tagIdTypes as postIdTypes } from '../../subgraphs/posts/data/cache-tags.ts';
import { facts as userFacts, tagIdTypes as userIdTypes } from '../../subgraphs/users/data/cache-tags.ts';
import { withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { startSupergraph, type TestSupergraph } from '../support/supergraph.ts';

/** "Why wasn't this cached?": an answer says what was invalidated, by the ids that clients know. */

let supergraph: TestSupergraph;
before(async () => {
  supergraph = await startSupergraph();
  await seed({
    usersUrl: supergraph.usersDatabase.url,
    postsUrl: supergraph.postsDatabase.url,
    users: 5,
    posts: 20,
    notEmpty: 'refuse',
  });
});
after(() => supergraph[Symbol.asyncDispose]());

async function ask(query: string) {
  const response = await fetch(supergraph.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted on, field by field.
  const { data, errors } = (await response.json()) as { data: any; errors?: unknown };
  assert.equal(errors, undefined, JSON.stringify(errors));
  return { data, status: response.headers.get('cache-status') ?? '' };
}

/** What the answer to a question that was a hit says after a statement was typed into psql. */
async function invalidatedBy(databaseUrl: string, statement: string, query: string): Promise<string> {
  await until('a hit', async () => (await ask(query)).status.includes('hit') || undefined);
  await withClient(databaseUrl, (client) => client.query(statement));
  return until('the new answer', async () => {
    const { status } = await ask(query);
    return status.includes('hit') ? undefined : /detail="invalidated: (.*)"/.exec(status)?.[1];
  });
}

test('a row that was changed is named by its type and global id, and node finds it', async () => {
  const { posts } = (await ask('{ posts(first: 1) { nodes { id slug } } }')).data;
  const [{ id, slug }] = posts.nodes;
  const shown = await invalidatedBy(
    supergraph.postsDatabase.url,
    `UPDATE posts SET title = 'Typed into psql' WHERE slug = '${slug}'`,
    `{ post(slug: "${slug}") { title } }`,
  );
  assert.equal(shown, `Post ${id}`);
  const { node } = (await ask(`{ node(id: "${id}") { ... on Post { title } } }`)).data;
  assert.equal(node.title, 'Typed into psql');
});

test('a list that was changed is named by what it is the list of', async () => {
  const { user } = (await ask('{ user(username: "ada") { id } }')).data;
  const query = '{ user(username: "ada") { posts(first: 3) { nodes { slug } } } }';
  const oldest = `(SELECT id FROM posts WHERE status = 'published' AND author_id = (
    SELECT author_id FROM posts WHERE slug = '${(await ask(query)).data.user.posts.nodes[0].slug}'
  ) ORDER BY published_at LIMIT 1)`;
  const shown = await invalidatedBy(
    supergraph.postsDatabase.url,
    `UPDATE posts SET published_at = now() WHERE id = ${oldest}`,
    query,
  );
  assert.equal(shown, `Post.author ${user.id}`);
});

test('an account is named by the subgraph that owns it', async () => {
  const { user } = (await ask('{ user(username: "ada") { id } }')).data;
  const shown = await invalidatedBy(
    supergraph.usersDatabase.url,
    `UPDATE users SET bio = 'Typed' WHERE username = 'ada'`,
    '{ user(username: "ada") { bio } }',
  );
  assert.equal(shown, `User ${user.id}`);
});

test('of every kind of tag it is known whether it holds an id, and of which type', () => {
  const words = ['Post.slug', 'Post.tag', 'Tag', 'User.username'];
  for (const [facts, idTypes] of [
    [postFacts, postIdTypes],
    [userFacts, userIdTypes],
  ])
    for (const fact of Object.values(facts ?? {})) {
      if (typeof fact === 'string') continue;
      const [kind = ''] = fact('')
        .replace(/^\w+\//, '')
        .split(':');
      assert.notEqual(words.includes(kind), Object.hasOwn(idTypes ?? {}, kind), kind);
    }
});
