import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '../../platform/logging.ts';
import { signCall } from '../../platform/signed-call.ts';
import { readPostsConfig } from '../../subgraphs/posts/config.ts';
import { createPostsSubgraph } from '../../subgraphs/posts/subgraph.ts';
import { freshDatabase, withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { createSignedClient } from '../support/signed-client.ts';
import { newPerson } from './support/posts-subgraph.ts';

const secret = 'the-secret-that-tests-sign-calls-with';

/** With one connection for what is read and written by Prisma. */
async function startPosts(databaseUrl: string, env: Record<string, string> = {}) {
  const service = createPostsSubgraph(
    readPostsConfig({
      PORT: '0',
      ADMIN_PORT: '0',
      DATABASE_URL: databaseUrl,
      DATABASE_POOL_SIZE: '1',
      SUBGRAPH_SECRET: secret,
      ...env,
    }),
    { logger: createLogger({ name: 'posts', level: 'silent' }) },
  );
  await service.start();
  return { service, call: createSignedClient({ name: 'posts', url: service.url, secret }).call };
}

test('reads and writes that get no connection in time are OVERLOADED', async () => {
  await using database = await freshDatabase('posts');
  const { service, call } = await startPosts(database.url);
  try {
    const subject = newPerson();
    const write = () =>
      call(
        'mutation { createPost(input: { title: "T", body: "B", tags: [] }) { userErrors { code } } }',
        {},
        { subject },
      );
    await withClient(database.url, async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT mark_account_deleted($1)', [subject]);
      const waiting = write();
      await until('the only connection is busy', async () => {
        // On another connection: a transaction sees the activity of its beginning.
        const waits = await withClient(database.url, (other) =>
          other.query(
            `SELECT FROM pg_stat_activity WHERE application_name = 'posts' AND wait_event_type = 'Lock'
               AND datname = current_database()`,
          ),
        );
        return waits.rows.length > 0 || undefined;
      });
      const refused = await Promise.all([call('{ posts(first: 1) { nodes { id } } }'), write()]);
      assert.deepEqual(
        refused.map(({ body }) => body.errors?.map(({ extensions }) => extensions?.code)),
        [['OVERLOADED'], ['OVERLOADED']],
      );
      await client.query('ROLLBACK');
      assert.deepEqual((await waiting).body.data.createPost.userErrors, []);
    });
  } finally {
    await service.stop();
  }
});

test('a statement ends at its timeout, is OVERLOADED, and leaves its connection to others', async () => {
  await using database = await freshDatabase('posts');
  const { service, call } = await startPosts(database.url, { STATEMENT_TIMEOUT_MS: '200' });
  try {
    const read = () => call('{ posts(first: 1) { nodes { id } } }');
    await withClient(database.url, async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE posts');
      const { body } = await read();
      assert.deepEqual(
        body.errors?.map(({ extensions }) => extensions?.code),
        ['OVERLOADED'],
      );
      // PostgreSQL itself ended it: nothing of it waits for the lock any more.
      const waiting = await withClient(database.url, (other) =>
        other.query(
          `SELECT FROM pg_stat_activity WHERE application_name = 'posts' AND wait_event_type = 'Lock'
             AND datname = current_database()`,
        ),
      );
      assert.equal(waiting.rows.length, 0);
      await client.query('ROLLBACK');
    });
    assert.equal((await read()).body.errors, undefined);
  } finally {
    await service.stop();
  }
});

test('a query whose client leaves, or whose time is up, leaves no statement behind', async () => {
  await using database = await freshDatabase('posts');
  const { service, call } = await startPosts(database.url, { STATEMENT_TIMEOUT_MS: '60000' });
  const query = '{ post(slug: "nothing") { id } }';
  const body = JSON.stringify({ query });
  const send = (headers: Record<string, string>, signal?: AbortSignal) =>
    fetch(service.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...signCall({ secrets: [secret], audience: 'posts', viewer: null, body, now: Date.now() }),
        ...headers,
      },
      body,
      ...(signal && { signal }),
    }).catch(() => undefined);
  const waiters = async () =>
    withClient(database.url, async (other) => {
      const { rows } = await other.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'posts' AND wait_event_type = 'Lock'
           AND datname = current_database()`,
      );
      return rows.length;
    });
  const untilWaiting = (count: number) =>
    until(`${count} statements wait`, async () => (await waiters()) === count || undefined);
  try {
    await call(query);
    await withClient(database.url, async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE posts');
      const leaving = new AbortController();
      const left = send({}, leaving.signal);
      await untilWaiting(1);
      leaving.abort();
      await left;
      await untilWaiting(0);
      const late = send({ 'x-deadline-ms': '1000' });
      await untilWaiting(1);
      await untilWaiting(0);
      await late;
      await client.query('ROLLBACK');
    });
    assert.equal((await call(query)).body.errors, undefined);
  } finally {
    await service.stop();
  }
});
