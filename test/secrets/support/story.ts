import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { withClient } from '../../support/databases.ts';
import { until } from '../../support/poll.ts';
import type { PlantedHouse } from './planted-house.ts';
import { createRecordingClient, type Seen } from './recording.ts';

export interface Story {
  /** What clients were sent. Those that begin with "own: " went to whom they belong. */
  readonly answers: readonly Seen[];
  /** What Prometheus was. */
  readonly metrics: readonly Seen[];
  /** What people have for themselves: passwords, tokens, e-mail. */
  readonly own: readonly string[];
}

const readPost =
  '{ posts(first: 3) { nodes { id title author { id name } comments(first: 2) { nodes { id body } } } } }';
const readAda = '{ user(username: "planted_ada") { id name bio posts(first: 2) { nodes { id slug } } } }';

/** Everything that a client can do, well and badly, while all is well and while each thing is not. */
export async function tellStory(house: PlantedHouse): Promise<Story> {
  const { gateway, proxies, databaseUrls } = house;
  const answers: Seen[] = [];
  const ask = createRecordingClient(answers);
  const secret = () => randomBytes(12).toString('hex');
  const [password, newPassword, wrongPassword] = [`pass-${secret()}`, `new-${secret()}`, `wrong-${secret()}`];
  const email = `ada.${secret()}@planted.example`;
  const own = [password, newPassword, wrongPassword, email];
  const send = (where: string, query: string, token?: string, variables: object = {}) =>
    ask(where, gateway.url, {
      body: { query, variables },
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  const newSession = (content: string): { accessToken: string; refreshToken: string } => {
    const { accessToken, refreshToken } = JSON.parse(
      /\{"accessToken":"[^"]+","refreshToken":"[^"]+"\}/.exec(content)?.[0] ?? '{}',
    );
    // Each part of a token by itself: what is signed is its owner's, too.
    own.push(accessToken, String(accessToken).split('.')[2] ?? '', refreshToken);
    return { accessToken, refreshToken };
  };

  // All is well.
  const session = 'session { accessToken refreshToken }';
  const signUp = `mutation ($p: String!, $e: String!) { signUp(input: { username: "planted_ada", email: $e, password: $p }) { user { id } userErrors { code message } ${session} } }`;
  const variables = { p: password, e: email };
  const { content: signedUp } = await send('own: signUp', signUp, undefined, variables);
  const { accessToken: token, refreshToken } = newSession(signedUp);
  await send('sign up again', signUp, undefined, variables);
  const logIn = `mutation ($p: String!) { logIn(input: { login: "planted_ada", password: $p }) { userErrors { code message } ${session} } }`;
  newSession((await send('own: logIn', logIn, undefined, { p: password })).content);
  await send('wrong password', logIn, undefined, { p: wrongPassword });
  await send('own: me', '{ me { id email name } }', token);
  await send('nobody’s me', '{ me { id email } }');
  const refresh = `mutation ($t: String!) { refreshSession(input: { refreshToken: $t }) { userErrors { code message } ${session} } }`;
  newSession((await send('own: refresh', refresh, undefined, { t: refreshToken })).content);
  const { content: created } = await send(
    'createPost',
    'mutation { createPost(input: { title: "A title", body: "A body", tags: ["planted"] }) { post { id } userErrors { code message } } }',
    token,
  );
  const postId: string = JSON.parse(created).data.createPost.post.id;
  await send(
    'publishPost',
    `mutation { publishPost(input: { id: "${postId}" }) { post { id slug } userErrors { code } } }`,
    token,
  );
  await send(
    'addComment',
    `mutation { addComment(input: { postId: "${postId}", body: "A comment" }) { comment { id } userErrors { code } } }`,
    token,
  );
  for (const query of [readPost, readAda]) {
    await until('a hit', async () => /;hit/.test((await send('read', query)).head) || undefined);
    await send('read, signed in', query, token);
  }
  await send(
    'updateProfile',
    'mutation { updateProfile(input: { bio: "Another" }) { user { bio } } }',
    token,
  );
  await send('read what was invalidated', readAda);

  // Bad input.
  for (const [what, query] of Object.entries({
    'unknown field': '{ user(username: "planted_ada") { passwordHash } }',
    'unknown entities': '{ _entities(representations: []) { __typename } _service { sdl } }',
    'no syntax': '{ user(username: ',
    'too deep': `${'{ node(id: "x") '.repeat(40)}${'}'.repeat(40)}`,
    'bad range': '{ posts(first: -1) { nodes { id } } }',
    'bad cursor': '{ posts(first: 1, after: "nonsense") { nodes { id } } }',
    'bad id': '{ node(id: "nonsense") { id } }',
    'a zero': '{ user(username: "a\\u0000b") { id } }',
    introspection: '{ __schema { types { name } } }',
    'no such operation': 'query A { __typename } query B { __typename }',
    forbidden: `mutation { deletePost(input: { id: "${postId}" }) { userErrors { code message } } }`,
  }))
    await send(what, query);
  for (const [what, asking] of Object.entries({
    'no JSON': { body: '{"query":' },
    'no object': { body: '[1]' },
    'no document': { body: '{}' },
    'own: bad variables': {
      body: { query: 'query ($n: Int!) { posts(first: $n) { nodes { id } } }', variables: { n: password } },
    },
    'too large': { body: { query: `{ __typename } # ${'x'.repeat(300_000)}` } },
    'another type': { headers: { 'content-type': 'text/plain' }, body: '{}' },
    compressed: { headers: { 'content-encoding': 'gzip' }, body: '{}' },
    page: { method: 'GET', headers: { accept: 'text/html' } },
    delete: { method: 'DELETE' },
    'forged token': {
      headers: { authorization: `Bearer ${token.slice(0, -8)}AAAAAAAA` },
      body: { query: '{ __typename }' },
    },
    'no token': { headers: { authorization: `Basic ${wrongPassword}` }, body: { query: '{ __typename }' } },
    'spoofed headers': {
      headers: {
        'x-signature': 'v1;0;0',
        'x-viewer': 'x',
        'x-forwarded-for': '10.0.0.1',
        'x-request-id': 'a b',
      },
      body: { query: readAda },
    },
  }))
    await ask(what, gateway.url, asking);
  await ask('elsewhere', new URL('/elsewhere', gateway.url).href, { method: 'GET' });
  await ask('own: wrong invalidation', new URL('/cache/invalidate', gateway.adminUrl).href, {
    headers: { authorization: wrongPassword },
    body: [{ kind: 'subgraph', subgraph: 'posts' }],
  });
  await ask('own: invalidation', new URL('/cache/invalidate', gateway.adminUrl).href, {
    headers: { authorization: house.invalidationSecret },
    body: [{ kind: 'type', subgraph: 'posts', type: 'Post' }],
  });
  await ask('own: unsigned call', house.posts.url, { body: { query: '{ __typename }' } });

  // Each thing that can fail, fails.
  const readAndWrite = async (what: string) => {
    const bio = 'mutation { updateProfile(input: { bio: "Bio" }) { user { bio } } }';
    const post = 'mutation { createPost(input: { title: "T", body: "B", tags: [] }) { post { id } } }';
    await Promise.all([
      ...[readPost, readAda].map((query) => send(what, query)),
      ...[readAda, bio, post].map((query) => send(what, query, token)),
      send(`own: ${what}`, logIn, undefined, { p: password }).then(({ content }) => newSession(content)),
    ]);
  };
  for (const [name, table] of [
    ['users', 'users'],
    ['posts', 'posts'],
  ] as const) {
    const rename = (from: string, to: string) =>
      withClient(databaseUrls[name], (client) => client.query(`ALTER TABLE ${from} RENAME TO ${to}`));
    await rename(table, 'elsewhere');
    await readAndWrite(`a table of ${name} is gone`);
    await rename('elsewhere', table);
    await withClient(databaseUrls[name], (client) =>
      client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      ),
    );
    await readAndWrite(`connections of ${name} were ended`);
  }
  const nowhere = { host: '127.0.0.1', port: 1 };
  for (const [name, { url }] of [
    ['posts', house.posts],
    ['users', house.users],
  ] as const) {
    proxies[name].switchTo(nowhere);
    proxies[name].cut();
    await readAndWrite(`${name} is away`);
    proxies[name].switchTo({ host: '127.0.0.1', port: Number(new URL(url).port) });
  }
  await until('a hit', async () => /;hit/.test((await send('read', readPost)).head) || undefined);
  for (const proxy of [proxies.postsDatabase, proxies.usersDatabase, proxies.redis]) {
    proxy.switchTo(nowhere);
    proxy.cut();
    // Longer than a lease.
    await wait(2_600);
    await readAndWrite('a server is away');
  }
  const metrics: Seen[] = [];
  const scrape = createRecordingClient(metrics);
  for (const service of [gateway, house.users, house.posts])
    for (const path of ['/metrics', '/health/ready', '/health/live'])
      await scrape(path, new URL(path, service.adminUrl).href, { method: 'GET' });
  return { answers, metrics, own: own.filter((text) => text !== '' && text !== undefined) };
}
