import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startSupergraph, type TestSupergraph } from '../support/supergraph.ts';
import { type Person, signUpWithSecrets } from './support/secrets.ts';

/** What a client leaves out by @skip and @include takes nothing else along, whichever executor answers. */

let supergraph: TestSupergraph;
let ada: Person;
const urls: string[] = [];
before(async () => {
  supergraph = await startSupergraph();
  urls.push(supergraph.url);
  for (const executor of ['compiled', 'stock'])
    urls.push(await supergraph.anotherGateway({ CACHE: 'off', EXECUTOR: executor }));
  const [first] = await signUpWithSecrets(supergraph.url, ['ada', 'bob']);
  assert(first);
  ada = first;
});
after(() => supergraph[Symbol.asyncDispose]());

/** The one answer that all gateways give, new and known. */
async function ask(query: string, variables: Record<string, unknown> = {}) {
  const texts = new Set<string>();
  for (const url of urls)
    for (let time = 0; time < 3; time += 1) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.token}` },
        body: JSON.stringify({ query, variables }),
      });
      texts.add(await response.text());
    }
  assert.equal(texts.size, 1, [...texts].join('\n'));
  return JSON.parse([...texts][0] ?? '');
}

test('a field that requires others takes nothing along when it is skipped', async () => {
  const { data: whole } = await ask('{ me { postCount feed(first: 1) { nodes { title } } } }');
  const { postCount, feed } = whole.me;
  assert(postCount > 0 && feed.nodes.length > 0);
  const queries = {
    skip: 'query ($no: Boolean!) { me { postCount feed(first: 1) @skip(if: $no) { nodes { title } } } }',
    include:
      'query ($yes: Boolean!) { me { postCount feed(first: 1) @include(if: $yes) { nodes { title } } } }',
    fragments: `query ($no: Boolean!, $yes: Boolean = true) {
      me { ... on User { postCount ... @skip(if: $no) { ...Feed } } }
    }
    fragment Feed on User { ... @include(if: $yes) { feed(first: 1) { nodes { title } } } }`,
    both: 'query ($no: Boolean!, $yes: Boolean!) { me { postCount feed(first: 1) @skip(if: $no) @include(if: $yes) { nodes { title } } } }',
  };
  const variablesOf = (query: string, asked: boolean) => ({
    ...(query.includes('$no:') ? { no: !asked } : {}),
    ...(query.includes('$yes: Boolean!') ? { yes: asked } : {}),
  });
  for (const query of Object.values(queries)) {
    assert.deepEqual(await ask(query, variablesOf(query, false)), { data: { me: { postCount } } }, query);
    assert.deepEqual(await ask(query, variablesOf(query, true)), { data: whole }, query);
  }
  assert.deepEqual(await ask(queries.both, { no: true, yes: true }), { data: { me: { postCount } } });
  assert.deepEqual(await ask('{ me { postCount feed(first: 1) @skip(if: true) { nodes { title } } } }'), {
    data: { me: { postCount } },
  });
});

test('an object of which nothing is left is an object, and one that is missing is null', async () => {
  for (const query of [
    'query ($no: Boolean!) { me { name @skip(if: $no) } }',
    'query ($no: Boolean!) { me { ... @skip(if: $no) { name } ... on Node { id @skip(if: $no) } } }',
    'query ($no: Boolean!) { me { ...F } } fragment F on User { feed @skip(if: $no) { nodes { id } } }',
    'query ($no: Boolean!) { me { name @skip(if: $no) @include(if: true) } }',
  ])
    assert.deepEqual(await ask(query, { no: true }), { data: { me: {} } }, query);
  assert.deepEqual(await ask('{ me { name @include(if: false) } }'), { data: { me: {} } });
  const { data } = await ask(
    'query ($no: Boolean!) { me { id @skip(if: $no) posts { nodes { title @skip(if: $no) author { name @skip(if: $no) } } } } }',
    { no: true },
  );
  assert.deepEqual(data, { me: { posts: { nodes: [{ author: {} }] } } });
  assert.deepEqual(
    await ask('query ($no: Boolean!) { user(username: "nobody") { name @skip(if: $no) } }', { no: true }),
    {
      data: { user: null },
    },
  );
});

test('an operation of which nothing is left has an answer without anything in it', async () => {
  const query =
    'query ($no: Boolean!) { me @skip(if: $no) { name } ... @skip(if: $no) { users { nodes { id } } } }';
  assert.deepEqual(await ask(query, { no: true }), { data: {} });
});
