import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLogger } from '../../platform/logging.ts';
import type { Service } from '../../platform/service.ts';
import { readPostsConfig } from '../../subgraphs/posts/config.ts';
import { createPostsSubgraph } from '../../subgraphs/posts/subgraph.ts';
import { type PostgresServer, startPostgresServer } from '../faults/house/postgres-server.ts';
import { withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { createSignedClient, type SignedClient } from '../support/signed-client.ts';
import { newPerson, userReference } from './support/posts-subgraph.ts';

let folder: string;
let postgres: PostgresServer;
let service: Service;
let call: SignedClient['call'];
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'database-away-'));
  postgres = await startPostgresServer({ folder, database: 'posts' });
  const secret = 'the-secret-that-tests-sign-calls-with';
  service = createPostsSubgraph(
    readPostsConfig({
      PORT: '0',
      ADMIN_PORT: '0',
      DATABASE_URL: postgres.url,
      STATEMENT_TIMEOUT_MS: '3000',
      SUBGRAPH_SECRET: secret,
    }),
    { logger: createLogger({ name: 'posts', level: 'silent' }) },
  );
  await service.start();
  ({ call } = createSignedClient({ name: 'posts', url: service.url, secret }));
});
after(async () => {
  await service.stop();
  await postgres[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const viewer = { subject: newPerson() };

/** What all requests read together, what is one viewer's, and a write in a transaction: pg's errors, and Prisma's of two kinds. */
const asks = [
  () => call('{ posts(first: 1) { nodes { id } } }'),
  () =>
    call(
      'query($user: _Any!) { _entities(representations: [$user]) { ... on User { drafts(first: 1) { nodes { id } } } } }',
      { user: userReference(viewer.subject) },
      viewer,
    ),
  () =>
    call(
      'mutation { createPost(input: { title: "T", body: "B", tags: [] }) { userErrors { code } } }',
      {},
      viewer,
    ),
];

/** One code for each of the asks, in their order. */
async function codes(answers = asks.map((ask) => ask())): Promise<(string | undefined)[]> {
  return (await Promise.all(answers)).map(({ body }) => body.errors?.[0]?.extensions?.code);
}

const away = asks.map(() => 'SUBGRAPH_UNAVAILABLE');
const fine = asks.map(() => undefined);

async function untilFine(): Promise<void> {
  await until(
    'all is well again',
    async () => (await codes()).every((code) => code === undefined) || undefined,
  );
}

/** Has all of them under way when the connections end, because none gets past a lock that is held meanwhile. */
async function underWay(end: () => Promise<void>): Promise<(string | undefined)[]> {
  const url = new URL(postgres.directUrl);
  url.searchParams.set('application_name', 'holder');
  return withClient(url.href, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE posts');
    const answers = asks.map((ask) => ask());
    await until('all wait for the lock', async () => {
      const { rows } = await withClient(postgres.directUrl, (other) =>
        other.query(
          `SELECT FROM pg_stat_activity WHERE application_name = 'posts' AND wait_event_type = 'Lock'`,
        ),
      );
      return rows.length === asks.length || undefined;
    });
    await end();
    return codes(answers);
  });
}

test('a connection that ends under a statement leaves an error that says to ask again', async () => {
  assert.deepEqual(await codes(), fine);
  assert.deepEqual(await underWay(() => postgres.terminateBackends()), away);
  await untilFine();
  assert.deepEqual(await underWay(async () => postgres.proxy.cut()), away);
  await untilFine();
});

test('so does a PostgreSQL that is stopped, or has crashed, until it is there again', async () => {
  for (const leave of [() => postgres.stop(), () => postgres.crash()]) {
    await leave();
    // The first ones may find connections of which nobody has heard yet that they are gone.
    for (let time = 0; time < 3; time += 1) assert.deepEqual(await codes(), away);
    await postgres.start();
    await untilFine();
  }
});

test('so does one that says nothing, on connections that there are and on new ones', async () => {
  postgres.proxy.blackHole(true);
  for (let time = 0; time < 2; time += 1) {
    const [shared, own, write] = await codes();
    assert.deepEqual([shared, own], ['SUBGRAPH_UNAVAILABLE', 'SUBGRAPH_UNAVAILABLE']);
    // Whichever is noticed first: that a transaction doesn't begin, or that nobody answers.
    assert.match(write ?? '', /^(OVERLOADED|SUBGRAPH_UNAVAILABLE)$/);
  }
  postgres.proxy.blackHole(false);
  await untilFine();
});
