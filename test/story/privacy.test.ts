import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { until } from '../support/poll.ts';
import { startSupergraph, type TestSupergraph } from '../support/supergraph.ts';
import { personalOperations } from './support/personal-operations.ts';
import { type Answer, ask, type Person, password, send, signUpWithSecrets } from './support/secrets.ts';

/**
 * Whose answer it is (rule 6), on the whole supergraph: several viewers and nobody ask the same through two gateways
 * that share one cache, in any order and at once. A failure prints a seed and a path; to play it again:
 * `PRIVACY_SEED=... PRIVACY_PATH=...`. More of them: `PRIVACY_RUNS=1000`.
 */
const { PRIVACY_RUNS = '25', PRIVACY_SEED, PRIVACY_PATH } = process.env;

let supergraph: TestSupergraph;
let gateways: readonly [string, string];
let people: Person[];
let ada: Person;
let bob: Person;

before(async () => {
  // Some of what is played asks for pages of pages of pages.
  supergraph = await startSupergraph({ MAX_OPERATION_COST: '1000000' });
  gateways = [supergraph.url, await supergraph.anotherGateway()];
  people = await signUpWithSecrets(supergraph.url, ['ada', 'bob', 'cleo']);
  const [first, second] = people;
  assert(first && second);
  [ada, bob] = [first, second];
  // Without the relays' first leases nothing would come from the cache.
  await hit('{ tags { nodes { name } } users { nodes { name } } }');
});
after(() => supergraph[Symbol.asyncDispose]());

/** Asks until the answer comes from the cache. */
function hit(query: string, token?: string): Promise<Answer> {
  return until('a hit', async () => {
    const answer = await ask(supergraph.url, query, token);
    return answer.isHit ? answer : undefined;
  });
}

/** Whether every cache on the way is told to give it to nobody else. */
function isPersonal({ headers }: Answer): boolean {
  const policy = headers.get('cache-control');
  // Nulls took the place of what a subgraph doesn't show to this viewer: such an answer is kept by nobody.
  if (policy === 'no-store') return true;
  return policy === 'private, no-cache' && headers.get('vary')?.includes('Authorization') === true;
}

test('nobody gets a byte of anybody else’s answer, whoever asks what, in whatever order, wherever', async () => {
  const seen = { privateHits: 0, sharedHits: 0, ownSecrets: 0 };
  let runs = 0;
  const viewers = [undefined, ...people];
  const requests = fc.array(
    fc.record({ operation: fc.nat(2), viewer: fc.nat(3), gateway: fc.nat(1), isAlone: fc.boolean() }),
    { minLength: 12, maxLength: 24 },
  );
  const operations = fc.array(personalOperations(people), { minLength: 3, maxLength: 3 });

  const played = fc.asyncProperty(operations, requests, async (templates, schedule) => {
    runs += 1;
    // Under an alias of this run's: nobody has asked for it before.
    const documents = templates.map((template) => template.replace('asked:', `asked${runs}:`));
    const answered: { operation: number; viewer: number; answer: Answer }[] = [];
    const request = async (operation: number, viewer: number, gateway: number) => {
      const answer = await ask(gateways[gateway] ?? '', documents[operation] ?? '', viewers[viewer]?.token);
      answered.push({ operation, viewer, answer });
    };
    const underWay: Promise<void>[] = [];
    for (const { operation, viewer, gateway, isAlone } of schedule) {
      if (isAlone) await Promise.all(underWay.splice(0));
      underWay.push(request(operation, viewer, gateway));
    }
    await Promise.all(underWay);
    // Everybody once more: by now all of it may be in the cache.
    for (const operation of documents.keys())
      for (const viewer of viewers.keys()) await request(operation, viewer, (runs + viewer) % 2);

    // Not before: gateways remember of a question that its answers are private, whoever asked it.
    const uncached = await Promise.all(
      documents.map((document) =>
        Promise.all(
          viewers.map((viewer) => ask(gateways[0], document, viewer?.token, { 'cache-control': 'no-store' })),
        ),
      ),
    );
    for (const { operation, viewer, answer } of answered) {
      const person = viewers[viewer];
      const own = uncached[operation]?.map(({ text }) => text) ?? [];
      const about = [person?.name, 'asked', documents[operation], answer.headers.get('cache-status')].join(
        ' ',
      );
      assert.equal(answer.text, own[viewer], about);
      for (const { secret } of people)
        if (secret !== person?.secret) assert(!answer.text.includes(secret), `${secret}: ${about}`);
      if (own.some((text) => text !== own[0])) assert(isPersonal(answer), about);
      if (answer.isHit) seen[isPersonal(answer) ? 'privateHits' : 'sharedHits'] += 1;
      if (person && answer.text.includes(person.secret)) seen.ownSecrets += 1;
    }
  });
  await fc.assert(played, {
    numRuns: Number(PRIVACY_RUNS),
    ...(PRIVACY_SEED === undefined ? {} : { seed: Number(PRIVACY_SEED) }),
    ...(PRIVACY_PATH === undefined ? {} : { path: PRIVACY_PATH }),
  });
  // It did look at secrets, and at answers of the cache.
  if (PRIVACY_PATH === undefined)
    for (const [what, count] of Object.entries(seen))
      assert(count > runs / 2, `${what} of ${runs} runs: ${JSON.stringify(seen)}`);
});

test('what reads the viewer is private for everybody, and what does not is shared by all', async () => {
  const post = `post(id: "${ada.publicPost}")`;
  const personal = [
    '{ me { username } }',
    '{ user(username: "ada") { email } }',
    '{ user(username: "ada") { drafts { nodes { title } } } }',
    '{ user(username: "ada") { feed { nodes { title } } } }',
    '{ users { nodes { viewerIsFollowing } } }',
    `{ ${post} { viewerHasLiked } }`,
    '{ post(slug: "secret-of-ada") { title } }',
    `{ ${post} { title } draft: post(slug: "secret-of-ada") { title } }`,
  ];
  for (const query of personal)
    for (const viewer of [undefined, ada, bob]) {
      const answer = await hit(query, viewer?.token);
      assert.equal(answer.headers.get('cache-control'), 'private, no-cache', query);
      assert.match(answer.headers.get('vary') ?? '', /Authorization/, query);
    }
  const shared = [`{ ${post} { title likeCount } }`, '{ users { nodes { name followerCount } } }'];
  for (const query of shared) {
    await hit(query, ada.token);
    for (const viewer of [undefined, bob]) {
      const answer = await ask(supergraph.url, query, viewer?.token);
      assert(answer.isHit, query);
      assert.equal(answer.headers.get('cache-control'), 'no-cache', query);
      assert.doesNotMatch(answer.headers.get('vary') ?? '', /Authorization/, query);
    }
  }
  const liked = await ask(
    supergraph.url,
    `mutation { likePost(input: { postId: "${ada.publicPost}" }) { post { viewerHasLiked } } }`,
    bob.token,
  );
  assert.equal(liked.headers.get('cache-control'), 'no-store');
});

test('a token that is not right is refused, though the answer that it asks for is there', async () => {
  const me = '{ me { email } }';
  const title = `{ post(id: "${ada.publicPost}") { title } }`;
  await hit(me, ada.token);
  await hit(me);
  await hit(title);
  const [header, payload = '', signature] = ada.token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const [, bobsPayload = ''] = bob.token.split('.');
  const changed = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 60 })).toString('base64url');
  for (const token of ['x', `${header}.${bobsPayload}.${signature}`, `${header}.${changed}.${signature}`])
    for (const query of [me, title]) {
      const response = await send(supergraph.url, query, token);
      assert.equal(response.status, 401);
      assert.doesNotMatch(await response.text(), /secret|By ada/);
    }
});

test('after a log-out there is nothing to see; the next sign-in finds what is its own', async () => {
  const me = '{ me { email drafts { nodes { title } } } }';
  const logIn = async () => {
    const login = `mutation { logIn(input: { login: "cleo", password: "${password}" }) { session { accessToken } } }`;
    return (await ask(supergraph.url, login)).data.logIn.session.accessToken;
  };
  const token = await logIn();
  const before = await hit(me, token);
  assert.match(before.text, /secret-of-cleo/);
  await ask(supergraph.url, 'mutation { logOut { loggedOut } }', token);
  for (const gateway of gateways) assert.deepEqual((await ask(gateway, me)).data, { me: null });
  assert.equal((await hit(me, await logIn())).text, before.text);
  assert.doesNotMatch((await ask(supergraph.url, me, bob.token)).text, /cleo/);
});
