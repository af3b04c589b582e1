import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { seed } from '../../prisma/seed/seed.ts';
import { type Issuer, startIssuer } from '../gateway/support/issuer.ts';
import { withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { freshRedis, type TestRedis, withoutRedis } from '../support/redis.ts';
import { statementsDuring } from '../support/statements.ts';
import { startSupergraph, type TestSupergraph } from '../support/supergraph.ts';

/** A thousand clients ask the same at the same moment, of two gateways on one Redis. */

const skip = withoutRedis;
const herdSize = 1_000;
const viewers = 200;
/** A herd that met a Redis that seemed away is sent again, so many times. */
const mostHerds = 12;

let redis: TestRedis;
let issuer: Issuer;
let supergraph: TestSupergraph;
let gateways: readonly [string, string];
let accounts: readonly { id: string; email: string }[];

before(async () => {
  if (skip) return;
  redis = await freshRedis();
  issuer = await startIssuer();
  supergraph = await startSupergraph(issuer.env, redis.url);
  gateways = [supergraph.url, await supergraph.anotherGateway()];
  await seed({
    usersUrl: supergraph.usersDatabase.url,
    postsUrl: supergraph.postsDatabase.url,
    users: viewers,
    posts: 50,
    notEmpty: 'refuse',
  });
  accounts = await withClient(supergraph.usersDatabase.url, async (client) => {
    const { rows } = await client.query<{ id: string; email: string }>('SELECT id, email FROM users');
    return rows;
  });
  // The relays' first leases: without one, nothing of their subgraphs is served from the cache.
  for (const gateway of gateways)
    await until('a hit', async () => (await ask(gateway, page(1))).status.includes('hit') || undefined);
});
after(async () => {
  if (skip) return;
  await supergraph[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

interface Answer {
  readonly text: string;
  readonly status: string;
}

async function ask(url: string, query: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return { text: await response.text(), status: response.headers.get('cache-status') ?? '' };
}

/** Of both subgraphs, and for everybody the same. */
function page(size: number): string {
  return `{ posts(first: ${size}) { nodes { title commentCount author { name followerCount } tags { name } } } }`;
}

/** All at once, in turns to both gateways. @param signIns the headers of each client */
function herd(query: string, signIns: readonly Record<string, string>[]): Promise<Answer[]> {
  return Promise.all(signIns.map((headers, index) => ask(gateways[index % 2 === 0 ? 0 : 1], query, headers)));
}

/** The statements that both databases ran, and how often. */
async function sqlOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  let ofPosts: Awaited<ReturnType<typeof statementsDuring>> = [];
  const ofUsers = await statementsDuring(supergraph.usersDatabase, async () => {
    ofPosts = await statementsDuring(supergraph.postsDatabase, work);
  });
  return Object.fromEntries([...ofUsers, ...ofPosts].map(({ query, calls }) => [query, calls]));
}

/**
 * Sends a herd. On a machine so busy that Redis seems away for a moment the gateways go on without it and do more work:
 * rightly so, and not what this is about. Then another herd is sent, which asks something else.
 */
async function sendHerd(
  signIns: readonly Record<string, string>[],
  queryOf: (attempt: number) => string,
): Promise<{ answers: Answer[]; sql: Record<string, number> }> {
  for (let attempt = 0; attempt < mostHerds; attempt += 1) {
    let answers: Answer[] = [];
    const sql = await sqlOf(async () => {
      answers = await herd(queryOf(attempt), signIns);
    });
    if (!answers.some(({ status }) => status.includes('away'))) return { answers, sql };
  }
  throw new Error(`Redis seemed away in each of ${mostHerds} herds`);
}

async function assertOneExecution(signIns: readonly Record<string, string>[], smallestPage: number) {
  const sqlOfOne = await sqlOf(() => ask(gateways[0], page(smallestPage), { 'cache-control': 'no-store' }));
  assert.equal(Object.keys(sqlOfOne).length, 5);
  const { answers, sql } = await sendHerd(signIns, (attempt) => page(smallestPage + attempt));
  assert.deepEqual(sql, sqlOfOne);
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.equal(JSON.parse(answers[0]?.text ?? '').errors, undefined);
  assert.equal(answers.filter(({ status }) => status.includes('stored')).length, 1);
}

test('a thousand strangers who ask the same cost one execution', { skip }, async () => {
  await assertOneExecution(
    Array.from({ length: herdSize }, () => ({})),
    10,
  );
});

test('so do a thousand who are signed in, each as somebody else, if the page is everybody’s', {
  skip,
}, async () => {
  // Tokens say who somebody is; that there is such an account is of no matter for a public page.
  await assertOneExecution(
    await signInsOf(Array.from({ length: herdSize }, (_, index) => `viewer ${index}`)),
    20,
  );
});

test('a page of one’s own is made once for each, and holds nothing of anybody else', { skip }, async () => {
  const signIns = await signInsOf(accounts.map(({ id }) => id));
  const { answers, sql } = await sendHerd(signIns, (attempt) => `{ me { email again${attempt}: email } }`);
  for (const [index, { text }] of answers.entries())
    assert.deepEqual(
      text.match(/[\w.+-]+@[\w.-]+/g),
      Array.from({ length: 2 }, () => accounts[index]?.email),
    );
  // Each is made, and kept, for one; a hit or work of somebody else would say so.
  for (const { status } of answers) assert.match(status, /^supergraph;fwd=(miss|stale);stored(?!;collapsed)/);
  const statements = Object.values(sql).reduce((sum, calls) => sum + calls, 0);
  assert(statements >= 1 && statements <= viewers, `${statements} statements`);
});

async function signInsOf(subjects: readonly string[]): Promise<Record<string, string>[]> {
  return Promise.all(
    subjects.map(async (sub) => ({ authorization: `Bearer ${await issuer.token({ sub })}` })),
  );
}
