import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from 'pg';
import { ask } from '../../bench/measure/ask.ts';
import { requireNoOldPeers } from '../../bench/peers/install.ts';
import { type BenchDatabases, startDatabases } from '../../bench/systems/databases.ts';
import type { Services } from '../../bench/systems/services.ts';
import { copyForStockSubgraphs, startStockSubgraphs } from '../../bench/systems/stock-subgraphs.ts';
import { toGlobalId } from '../../platform/global-id.ts';

/** The subgraphs that stock gateways are measured with, as the processes that they are there, on a little of the same data. */
const folder = await mkdtemp(join(tmpdir(), 'bench-stock-'));
const { signal } = new AbortController();
const running = new AsyncDisposableStack();
after(async () => {
  await running.disposeAsync();
  await rm(folder, { recursive: true });
});
let databases: BenchDatabases;
let subgraphs: Services;
before(async () => {
  await requireNoOldPeers();
  const seeding = { users: 20, posts: 300 };
  databases = running.use(await startDatabases({ folder, seeding, say: () => undefined }));
  await copyForStockSubgraphs(databases);
  subgraphs = running.use(await startStockSubgraphs({ databases, folder, signal }));
});

async function readFrom(connectionString: string, text: string) {
  const client = new Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(text);
  return { client, rows };
}

/** What one of them says of entities, and how many statements that took. */
async function entities(subgraph: string, fields: string, type: string, ids: readonly string[]) {
  const earlier = await subgraphs.counters();
  const [, url = ''] =
    new RegExp(`${subgraph}=([^,]+)`).exec(subgraphs.gatewayEnvironment.SUBGRAPH_URLS ?? '') ?? [];
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${fields} } } }`;
  const of = ids.map((id) => ({ __typename: type, id: toGlobalId(type, id) }));
  const { body } = await ask({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { of } }),
  });
  const { data, errors } = JSON.parse(body.toString());
  assert.equal(errors, undefined);
  const later = await subgraphs.counters();
  const statements = Number(later['SQL statements']) - Number(earlier['SQL statements']);
  return { found: data._entities, statements };
}

test('users are read by the dozen in one statement, and who is not there is null', async () => {
  const { client, rows } = await readFrom(databases.usersUrl, 'SELECT id, name FROM users LIMIT 12');
  await client.end();
  const missing = '00000000-0000-7000-8000-000000000000';
  const asked = [...rows.map(({ id }) => String(id)), missing];
  const { found, statements } = await entities('users', 'name', 'User', asked);
  assert.deepEqual(found, [...rows.map(({ name }) => ({ name })), null]);
  assert.equal(statements, 1);
});

test("an author's page has what is published, latest first, and is read with all its comments in two statements", async () => {
  const { client, rows } = await readFrom(
    databases.postsUrl,
    `SELECT author_id, count(*)::int FROM posts WHERE status = 'published' AND author_id IS NOT NULL
     GROUP BY author_id ORDER BY count(*) DESC LIMIT 1`,
  );
  const author = String(rows[0]?.author_id);
  const { rows: wanted } = await client.query(
    `SELECT title, coalesce(
       (SELECT json_agg(body) FROM (SELECT body FROM comments WHERE post_id = posts.id ORDER BY id LIMIT 2) AS page), '[]'
     ) AS comments
     FROM posts WHERE author_id = $1 AND status = 'published' ORDER BY published_at DESC, id DESC LIMIT 5`,
    [author],
  );
  await client.end();
  const fields = 'posts(first: 5) { nodes { title comments(first: 2) { nodes { body } } } }';
  const { found, statements } = await entities('posts', fields, 'User', [author]);
  const shown = found[0].posts.nodes.map(
    ({ title, comments }: { title: string; comments: { nodes: { body: string }[] } }) => ({
      title,
      comments: comments.nodes.map(({ body }) => body),
    }),
  );
  assert.equal(wanted.length, 5);
  assert.deepEqual(shown, wanted);
  assert.equal(statements, 2);
});
