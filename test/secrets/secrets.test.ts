import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withClient } from '../support/databases.ts';
import { withoutRedis } from '../support/redis.ts';
import { type PlantedHouse, startPlantedHouse } from './support/planted-house.ts';
import { findings, formsOf, type Seen } from './support/recording.ts';
import { type Story, tellStory } from './support/story.ts';

/** Everything that processes write and clients are sent, in a story with bad input and failures, searched for what must stay inside. */

const skip = withoutRedis;
const stack = new AsyncDisposableStack();
let house: PlantedHouse;
let story: Story;
before(async () => {
  if (skip) return;
  house = await startPlantedHouse(stack);
  story = await tellStory(house);
});
after(() => stack.disposeAsync());

test('the story has been told: each process wrote much, and clients were told of each kind of failure', {
  skip,
}, () => {
  const lines = new Map<string, number>();
  for (const { where } of house.written) lines.set(where, (lines.get(where) ?? 0) + 1);
  for (const process of ['gateway', 'users', 'posts']) assert.ok((lines.get(process) ?? 0) > 20, process);
  const answers = story.answers.map(({ text }) => text).join('\n');
  for (const code of [
    'BAD_REQUEST',
    'BAD_USER_INPUT',
    'UNAUTHENTICATED',
    'BODY_TOO_LARGE',
    'DOCUMENT_TOO_DEEP',
    'GRAPHQL_PARSE_FAILED',
    'GRAPHQL_VALIDATION_FAILED',
    'UNSUPPORTED_MEDIA_TYPE',
    'SUBGRAPH_UNAVAILABLE',
    'INTERNAL_SERVER_ERROR',
    'NOT_FOUND',
  ])
    assert.ok(answers.includes(`"${code}"`), code);
  assert.match(answers, /;hit/);
  assert.match(answers, /no word from a subgraph/);
});

test('secrets of the configuration are nowhere: not in logs at trace level, metrics, answers or headers', {
  skip,
}, () => {
  const everything = [...house.written, ...story.metrics, ...story.answers];
  assert.deepEqual(findings(everything, house.secrets.flatMap(formsOf)), []);
});

test('what people have for themselves is in no log, no metric and no answer to somebody else', {
  skip,
}, () => {
  const toOthers = story.answers.filter(({ where }) => !where.startsWith('own: '));
  const mine = story.own.flatMap(formsOf);
  assert.deepEqual(findings([...house.written, ...story.metrics, ...toOthers], mine), []);
  assert.ok(findings(story.answers, mine).length > 0, 'they were seen where they belong');
});

test('no client is sent an address, SQL, a stack trace, a path, a library or the name of a subgraph', {
  skip,
}, () => {
  const inside = [
    ...house.addresses,
    ...['SELECT ', 'INSERT INTO', 'UPDATE "', 'relation "', 'column "', 'pg_', 'cache_outbox'],
    ...[
      '    at ',
      '.ts:',
      'node_modules',
      'node:internal',
      import.meta.dirname.split('/test/')[0] ?? '/work',
    ],
    ...[
      'ECONN',
      'ETIMEDOUT',
      'EPIPE',
      'UND_ERR',
      'Prisma',
      'prisma',
      'postgres',
      'Postgres',
      'redis',
      'Redis',
      'ioredis',
    ],
    ...['subgraph users', 'subgraph posts', "'users'", "'posts'", 'subgraph "', 'apolloCacheTags'],
    ...['users/User', 'posts/Post'],
  ];
  assert.deepEqual(findings(story.answers, inside), []);
});

test('no client is sent the key of a row', { skip }, async () => {
  const keys: string[] = [];
  for (const [url, tables] of [
    [house.databaseUrls.users, ['users']],
    [house.databaseUrls.posts, ['posts', 'comments']],
  ] as const)
    for (const table of tables)
      await withClient(url, async (client) => {
        const { rows } = await client.query<{ id: string }>(`SELECT id FROM ${table}`);
        keys.push(...rows.map(({ id }) => id));
      });
  assert.ok(keys.length > 3);
  assert.deepEqual(findings(story.answers, keys), []);
});

test('a search finds what it is to find', () => {
  const seen: Seen[] = [
    { where: 'a log', text: `token=${Buffer.from('a planted secret').toString('base64')}` },
  ];
  assert.equal(findings(seen, formsOf('a planted secret')).length, 1);
  assert.equal(findings(seen, formsOf('another secret')).length, 0);
});
