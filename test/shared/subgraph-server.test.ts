import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { CodedError } from '../../platform/errors.ts';
import { createLogger } from '../../platform/logging.ts';
import { createMetrics } from '../../platform/metrics.ts';
import type { Service } from '../../platform/service.ts';
import { signCall } from '../../platform/signed-call.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { createDatabasePool } from '../../subgraphs/shared/database-pool.ts';
import type { RequestContext } from '../../subgraphs/shared/request-context.ts';
import { createSubgraphServer } from '../../subgraphs/shared/subgraph-server.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { createSignedClient } from '../support/signed-client.ts';

const secret = 'the-secret-that-tests-sign-calls-with';
const logger = createLogger({ name: 'test', level: 'silent' });
const metrics = createMetrics('test');
let folder: string;
let database: TestDatabase;
let service: Service;
let pool: ReturnType<typeof createDatabasePool>;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subgraph-'));
  const schemaFile = join(folder, 'schema.graphql');
  await writeFile(
    schemaFile,
    `directive @cacheControl(maxAge: Int) on FIELD_DEFINITION
     type Query {
       fine: Int forbidden: Int broken: Int fromDatabase: Int
       viewer: String @cacheControl(maxAge: 60)
       session: String @cacheControl(maxAge: 60)
     }`,
  );
  database = await freshDatabase('users');
  pool = createDatabasePool({
    url: database.url,
    statementTimeoutMs: 5_000,
    size: 1,
    applicationName: 'test',
    registry: metrics.registry,
    logger,
  });
  service = createSubgraphServer({
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    adminPort: 0,
    secrets: [secret],
    schemaFile: pathToFileURL(schemaFile),
    resolvers: {
      Query: {
        fine: () => 1,
        forbidden: () => {
          throw new CodedError('FORBIDDEN');
        },
        broken: () => {
          throw new Error('password=hunter2');
        },
        fromDatabase: async () => (await pool.query('SELECT 1 AS one')).rows[0].one,
        viewer: (_parent: unknown, _args: unknown, { viewer }: RequestContext) =>
          viewer.read()?.subject ?? null,
        session: (_parent: unknown, _args: unknown, { viewer }: RequestContext) => viewer.readSession(),
      },
    },
    createContext: (request) => request,
    readiness: { database: () => pool.query('SELECT 1') },
    logger,
    metrics,
    close: () => pool.end(),
  });
  await service.start();
});
after(async () => {
  await service.stop();
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const call = (query: string, viewer?: Viewer) =>
  createSignedClient({ name: 'test', url: service.url, secret }).call(query, {}, viewer);

test('an error of one field leaves the others, and the status, alone', async () => {
  const { status, body } = await call('{ fine forbidden broken }');
  assert.equal(status, 200);
  assert.deepEqual(body.data, { fine: 1, forbidden: null, broken: null });
  assert.deepEqual(
    body.errors?.map(({ path, extensions }) => [path, extensions?.code]),
    [
      [['forbidden'], 'FORBIDDEN'],
      [['broken'], 'INTERNAL_SERVER_ERROR'],
    ],
  );
  assert.doesNotMatch(JSON.stringify(body), /hunter2/);
});

test('the viewer is who the signed call says', async () => {
  assert.deepEqual((await call('{ viewer }', { subject: 'somebody' })).body.data, { viewer: 'somebody' });
  assert.deepEqual((await call('{ viewer }')).body.data, { viewer: null });
});

test('what depends on the viewer is kept for the viewer, and what depends on the sign-in by nobody', async () => {
  const viewer = { subject: 'somebody', sessionId: 'a-sign-in' };
  assert.equal((await call('{ viewer }', viewer)).cacheControl, 'max-age=60, private');
  const { body, cacheControl } = await call('{ viewer session }', viewer);
  assert.deepEqual(body.data, { viewer: 'somebody', session: 'a-sign-in' });
  assert.equal(cacheControl, 'no-store');
});

test('a connection that is not to be had in time is OVERLOADED, not a fault', async () => {
  const held = await pool.connect();
  try {
    const { body } = await call('{ fine fromDatabase }');
    assert.deepEqual(body.data, { fine: 1, fromDatabase: null });
    assert.deepEqual(body.errors?.[0]?.extensions, { code: 'OVERLOADED' });
  } finally {
    held.release();
  }
  assert.deepEqual((await call('{ fromDatabase }')).body.data, { fromDatabase: 1 });
});

test('whoever does not sign gets 401 and a code, whatever they ask', async () => {
  for (const body of ['{"query":"{ fine }"}', 'nonsense', '[]', '']) {
    const response = await fetch(service.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    assert.equal(response.status, 401);
    assert.equal(
      ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code,
      'UNSIGNED_CALL',
    );
  }
});

test('what is too long, of another type, no JSON or elsewhere is refused by its code, and the next call is answered', async () => {
  const post = async (body: string, type: string, path = '/graphql') => {
    const url = new URL(path, service.url);
    const signed = signCall({ secrets: [secret], audience: 'test', viewer: null, body, now: Date.now() });
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': type, ...signed }, body });
    const answer = (await response.json()) as { errors?: { extensions: { code: string } }[] };
    return [response.status, answer.errors?.[0]?.extensions.code];
  };
  const json = 'application/json';
  assert.deepEqual(await post(JSON.stringify(' '.repeat(4 * 1024 * 1024)), json), [413, 'BODY_TOO_LARGE']);
  assert.deepEqual(await post('{"query":"{ fine }"}', 'text/plain'), [415, 'UNSUPPORTED_MEDIA_TYPE']);
  assert.deepEqual(await post('{', json), [415, 'UNSUPPORTED_MEDIA_TYPE']);
  assert.deepEqual(await post('{"query":"{ fine }"}', json, '/graphqls'), [404, 'NOT_FOUND']);
  assert.deepEqual(await post('{"query":"{ fine }"}', 'Application/JSON; charset=utf-8', '/graphql?at=1'), [
    200,
    undefined,
  ]);
});

test('the admin port says how it is', async () => {
  const live = await fetch(`${service.adminUrl}/health/live`);
  assert.equal(live.status, 200);
  const ready = await fetch(`${service.adminUrl}/health/ready`);
  assert.deepEqual(await ready.json(), { status: 'ready', checks: { database: 'ok' } });
  const figures = await (await fetch(`${service.adminUrl}/metrics`)).text();
  for (const figure of ['db_pool_connections', 'http_request_duration_seconds_count'])
    assert(figures.includes(`\n${figure}{`), figure);
});
