import assert from 'node:assert/strict';
import { privatePolicy, publicPolicy, testOnBothCaches } from './support/cached-notes.ts';

/**
 * Rule 6, the gateway's half: "Three scopes: public, anonymous, one viewer ... stored under the verified subject, or under
 * "anonymous" if there was none. Anything unknown (a forwarded header, an answer without a policy) is not stored." That
 * reading the viewer makes an answer PRIVATE is the subgraphs' half: test/tags/privacy.test.ts.
 */

const question = '{ note(id: "1") { text } }';
const note = (text: string) => ({ data: { note: { text } } });
/** The subgraph tells everybody who they are. */
const personal = (subject: string | null) => ({ headers: privatePolicy, body: note(`for ${subject}`) });

testOnBothCaches('a PUBLIC answer is made once for everybody', async (world) => {
  world.say((subject) => ({ headers: publicPolicy, body: note(`made for ${subject}`) }));
  const [ada, bob] = [await world.as('ada'), await world.as('bob')];
  await world.hit(question, ada);
  for (const headers of [bob, {}, ada]) {
    const { text, cacheStatus } = await world.ask(question, headers);
    assert.match(cacheStatus, /^hit/);
    assert.equal(text, JSON.stringify(note('made for ada')));
  }
  assert.equal(world.notes.calls.length, 1);
});

testOnBothCaches('a PRIVATE answer is kept for one viewer, whatever the token', async (world) => {
  world.say(personal);
  await world.hit(question, await world.as('ada', { sid: 'one' }));
  const { text } = await world.hit(question, await world.as('ada', { sid: 'another' }));
  assert.equal(text, JSON.stringify(note('for ada')));
  assert.equal(world.notes.calls.length, 1);
});

testOnBothCaches('a PRIVATE answer goes to no other viewer, nor to nobody, nor back', async (world) => {
  world.say(personal);
  const viewers = [
    await world.as('ada'),
    {},
    await world.as('bob'),
    await world.as('Ada'),
    await world.as('ada '),
  ];
  const texts = ['ada', 'null', 'bob', 'Ada', 'ada '].map((subject) =>
    JSON.stringify(note(`for ${subject}`)),
  );
  for (const [index, headers] of viewers.entries()) {
    const first = await world.ask(question, headers);
    assert.match(first.cacheStatus, /^fwd=/);
    assert.equal(first.text, texts[index]);
  }
  for (const [index, headers] of viewers.entries())
    assert.equal((await world.hit(question, headers)).text, texts[index]);
  assert.equal(world.notes.calls.length, viewers.length);
});

testOnBothCaches('a PRIVATE answer for nobody is kept for all who are not signed in', async (world) => {
  world.say(personal);
  await world.hit(question);
  assert.match((await world.ask(question, { 'user-agent': 'another' })).cacheStatus, /^hit/);
  assert.equal(world.notes.calls.length, 1);
});

testOnBothCaches('many viewers who ask at one moment get their own answers', async (world) => {
  world.say(personal);
  const subjects = Array.from({ length: 30 }, (_, index) => `viewer ${index % 15}`);
  const answers = await Promise.all(
    subjects.map(async (subject) => world.ask(question, await world.as(subject))),
  );
  assert.deepEqual(
    answers.map(({ text }) => text),
    subjects.map((subject) => JSON.stringify(note(`for ${subject}`))),
  );
});

testOnBothCaches('one PRIVATE part makes the whole answer PRIVATE, whichever part it is', async (world) => {
  const [ada, bob] = [await world.as('ada'), await world.as('bob')];
  for (const [id, policies] of [
    ['1', [privatePolicy, publicPolicy]],
    ['2', [publicPolicy, privatePolicy]],
  ] as const) {
    const query = `{ note(id: "${id}") { text stars } }`;
    world.say((subject) => ({
      headers: policies[0],
      body: { data: { note: { __typename: 'Note', id, text: `for ${subject}` } } },
    }));
    world.say(() => ({ headers: policies[1], body: { data: { _entities: [{ stars: 5 }] } } }), world.stars);
    const { headers } = await world.hit(query, ada);
    assert.equal(headers.get('cache-control'), 'private, no-cache');
    assert.match(headers.get('vary') ?? '', /Authorization/);
    const bobs = await world.ask(query, bob);
    assert.equal(bobs.text, JSON.stringify({ data: { note: { text: 'for bob', stars: 5 } } }));
  }
});

testOnBothCaches('a token that is not right is refused, though the answer is kept', async (world) => {
  world.say(personal);
  const past = Math.floor(Date.now() / 1_000) - 60;
  const ada = await world.as('ada');
  for (const headers of [ada, {}]) await world.hit(question, headers);
  const [head, payload, signature] = ada.authorization.split('.');
  for (const authorization of [
    (await world.as('ada', { exp: past })).authorization,
    (await world.as('ada', { aud: 'another-api' })).authorization,
    `${head}.${payload}.x${signature}`,
    'Bearer ada',
  ]) {
    const { status, text } = await world.ask(question, { authorization });
    assert.equal(status, 401);
    assert.doesNotMatch(text, /for /);
  }
});

testOnBothCaches(
  'what a client says in headers of its own reaches no subgraph, and parts no answers',
  async (world) => {
    world.say((subject) => ({ headers: publicPolicy, body: note(`for ${subject}`) }));
    await world.ask(question, {
      'x-viewer': 'eve',
      'x-tenant': 'eve',
      cookie: 'viewer=eve',
      'accept-language': 'ev',
    });
    assert.equal(JSON.stringify(world.notes.calls).includes('eve'), false);
    for (const name of ['cookie', 'x-tenant', 'accept-language'])
      assert.equal(world.notes.calls[0]?.headers[name], undefined);
    assert.equal((await world.hit(question, { 'x-viewer': 'bob' })).text, JSON.stringify(note('for null')));
  },
);

const unknown: Record<string, { headers: Record<string, string>; extensions?: unknown; reason: string }> = {
  'without a policy': { headers: {}, reason: 'no-policy' },
  'without a time': { headers: { 'cache-control': 'public' }, reason: 'no-policy' },
  'with a policy that cannot be read': {
    headers: { 'cache-control': 'public, max-age=1m' },
    reason: 'malformed-policy',
  },
  'that says it must not be': {
    headers: { 'cache-control': 'public, max-age=60, no-store' },
    reason: 'no-store',
  },
  'that depends on a header': { headers: { ...publicPolicy, vary: 'x-tenant' }, reason: 'vary' },
  'that depends on something': { headers: { ...publicPolicy, vary: '*' }, reason: 'vary' },
  'with tags that cannot be read': {
    headers: publicPolicy,
    extensions: { apolloCacheTags: 'notes/Note:1' },
    reason: 'malformed-tags',
  },
};

testOnBothCaches(
  'an answer of which something is unknown is not kept, and the header says why',
  async (world) => {
    for (const [what, { headers, extensions, reason }] of Object.entries(unknown))
      for (let time = 0; time < 2; time += 1) {
        world.say(() => ({ headers, body: { ...note(what), ...(extensions ? { extensions } : {}) } }));
        const answer = await world.ask(`{ note(id: "${what}") { text } }`);
        assert.equal(answer.text, JSON.stringify(note(what)));
        assert.equal(answer.cacheStatus, `fwd=miss;detail="not stored: ${reason}"`);
        assert.equal(answer.headers.get('cache-control'), 'no-store');
      }
    assert.equal(world.notes.calls.length, 2 * Object.keys(unknown).length);
    const { cacheStatus } = await world.ask('{ __typename }');
    assert.equal(cacheStatus, 'fwd=miss;detail="not stored: no-subgraph"');
    assert.equal(await world.kept(), 0);
  },
);
