import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type PrivateRedis, startPrivateRedis } from '../../local/private-redis.ts';
import { seed } from '../../prisma/seed/seed.ts';
import { withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { withoutRedis } from '../support/redis.ts';
import { statementsDuring } from '../support/statements.ts';
import { startSupergraph, type TestSupergraph } from '../support/supergraph.ts';

/** Two gateways, each with its own memory, and one Redis between them and the subgraphs. */

const skip = withoutRedis;
let folder: string;
let redis: PrivateRedis | undefined;
let supergraph: TestSupergraph;
let gateways: readonly [string, string];
let token: string;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'gateways-'));
  redis = await startPrivateRedis({ folder });
  supergraph = await startSupergraph({}, redis?.url);
  gateways = [supergraph.url, await supergraph.anotherGateway()];
  await seed({
    usersUrl: supergraph.usersDatabase.url,
    postsUrl: supergraph.postsDatabase.url,
    users: 10,
    posts: 50,
    notEmpty: 'refuse',
  });
  const { data } = await ask(
    gateways[0],
    'mutation { logIn(input: { login: "ada", password: "correct horse battery" }) { session { accessToken } } }',
  );
  token = data.logIn.session.accessToken;
});
after(async () => {
  if (skip) return;
  await supergraph[Symbol.asyncDispose]();
  await redis?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(url: string, query: string, viewer?: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(viewer === undefined ? {} : { authorization: `Bearer ${viewer}` }),
    },
    body: JSON.stringify({ query }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted on, field by field.
  const { data, errors } = (await response.json()) as { data: any; errors?: unknown };
  assert.equal(errors, undefined, JSON.stringify(errors));
  return { data, status: response.headers.get('cache-status') ?? '' };
}

const ada = '{ user(username: "ada") { bio } }';
const hitOn = (url: string, query: string) =>
  until('a hit', async () => (await ask(url, query)).status.includes('hit') || undefined);
const setBio = (url: string, bio: string) =>
  ask(url, `mutation { updateProfile(input: { bio: "${bio}" }) { userErrors { code } } }`, token);

test('what one gateway keeps the other serves', { skip }, async () => {
  await hitOn(gateways[0], ada);
  assert.match((await ask(gateways[1], ada)).status, /hit/);
});

test('a write through one is seen on the other as soon as it is answered', { skip }, async () => {
  for (let n = 0; n < 20; n += 1) {
    for (const gateway of gateways) await hitOn(gateway, ada);
    const [writer, reader] = n % 2 === 0 ? gateways : [gateways[1], gateways[0]];
    await setBio(writer, `Version ${n}`);
    assert.equal((await ask(reader, ada)).data.user.bio, `Version ${n}`);
    assert.equal((await ask(writer, ada)).data.user.bio, `Version ${n}`);
  }
});

test('a line typed into psql is seen on both', { skip }, async () => {
  for (const gateway of gateways) await hitOn(gateway, ada);
  await withClient(supergraph.usersDatabase.url, (client) =>
    client.query(`UPDATE users SET bio = 'Typed' WHERE username = 'ada'`),
  );
  for (const gateway of gateways)
    await until('the new bio', async () => (await ask(gateway, ada)).data.user.bio === 'Typed' || undefined);
});

test('100 equal questions on both at once cost the SQL of one', { skip }, async () => {
  // On a machine so busy that Redis seems away for a moment the gateways go on without it, and do more work: rightly so, and
  // not what this is about. Then another question is asked.
  let size = 10;
  await until('one execution', async () => {
    size += 1;
    const query = `{ posts(first: ${size}) { nodes { title commentCount } } }`;
    const statements = await statementsDuring(supergraph.postsDatabase, () =>
      Promise.all(Array.from({ length: 100 }, (_, index) => ask(gateways[index % 2 === 0 ? 0 : 1], query))),
    );
    // The list, and the counters.
    const calls = statements
      .filter(({ query }) => /\bFROM (posts|post_counters|"public")/i.test(query))
      .map(({ calls }) => calls);
    assert.deepEqual(calls, [1, 1]);
    return true;
  });
});

test('without Redis nothing fails and nothing is stale; with it again, answers are kept again', {
  skip,
}, async () => {
  for (const gateway of gateways) await hitOn(gateway, ada);
  await redis?.stop();
  for (let n = 0; n < 5; n += 1) {
    await setBio(gateways[0], `Alone ${n}`);
    for (const gateway of gateways) assert.equal((await ask(gateway, ada)).data.user.bio, `Alone ${n}`);
  }
  // Started anew, and empty.
  redis = await startPrivateRedis({ folder });
  for (const gateway of gateways) await hitOn(gateway, ada);
  await setBio(gateways[1], 'Together again');
  for (const gateway of gateways) assert.equal((await ask(gateway, ada)).data.user.bio, 'Together again');
});
