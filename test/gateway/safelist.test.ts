import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isHit, json, startCachedGreetings } from './support/cached-greetings.ts';
import { startShop } from './support/shop.ts';

const listed = 'query Product($id: ID!) { product(id: $id) { name } }';
const mutation = 'mutation Rename { rename(id: "1", name: "a") { id } }';
const greeting = 'query Greet { greeting }';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const operations = [
  { id: sha256(listed), name: 'Product', type: 'query', body: listed },
  { id: sha256(mutation), name: 'Rename', type: 'mutation', body: mutation },
  { id: 'greet-1', name: 'Greet', type: 'query', body: greeting },
];
const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };

let folder: string;
let file: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safelist-'));
  file = join(folder, 'manifest.json');
  await writeFile(file, JSON.stringify(manifest));
});
after(() => rm(folder, { recursive: true }));

const byId = (id: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: id } } });
const variables = { id: '7' };
const product = { product: { name: 'Product 7' } };

async function outcomeOf(response: Response): Promise<string> {
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return `${response.status} ${errors?.[0]?.extensions.code ?? 'ok'}`;
}

test('listed documents are executed, by text and by id, however they are laid out', async () => {
  await using shop = await startShop({ env: { SAFELIST: 'enforce', SAFELIST_FILE: file } });
  const forms = [
    { query: listed },
    { query: `# a comment\n${listed.replaceAll(' ', ',\n  ')}` },
    byId(sha256(listed)),
    { query: listed, ...byId(sha256(listed)) },
  ];
  for (const form of forms) {
    const response = await shop.gateway.send({ ...form, variables });
    assert.deepEqual(await response.json(), { data: product });
  }
  const url = new URL(shop.gateway.url);
  url.searchParams.set('extensions', JSON.stringify(byId(sha256(listed)).extensions));
  url.searchParams.set('variables', JSON.stringify(variables));
  const got = await fetch(url, { headers: { 'apollo-require-preflight': 'true' } });
  assert.deepEqual(await got.json(), { data: product });
  assert.equal(await outcomeOf(await shop.gateway.send({ query: mutation })), '200 ok');
});

test('others are refused before they are parsed, and cannot be registered', async () => {
  await using shop = await startShop({ env: { SAFELIST: 'enforce', SAFELIST_FILE: file } });
  // To have connections, it has asked once.
  const before = shop.products.calls.length;
  const others = [
    '{ viewer }',
    listed.replace('name', 'id'),
    `${listed} { viewer }`,
    listed.toUpperCase(),
    `${listed}\u00a0`,
    '{ this is no document',
    '{ __typename }',
    'mutation { rename(id: "2", name: "b") { id } }',
    `{ ${'viewer '.repeat(30_000)}}`,
  ];
  for (const query of others) {
    const text = query.slice(0, 60);
    for (let count = 0; count < 2; count += 1)
      assert.equal(await outcomeOf(await shop.gateway.send({ query })), '403 DOCUMENT_NOT_ALLOWED', text);
    const registering = await shop.gateway.send({ query, ...byId(sha256(query)) });
    assert.equal(await outcomeOf(registering), '403 DOCUMENT_NOT_ALLOWED', text);
    assert.equal(
      await outcomeOf(await shop.gateway.send(byId(sha256(query)))),
      '200 PERSISTED_QUERY_NOT_FOUND',
    );
  }
  // The text that a hash stands for is its own.
  const swapped = await shop.gateway.send({ query: '{ viewer }', ...byId(sha256(listed)) });
  assert.equal(swapped.status, 400);
  assert.equal(shop.products.calls.length, before);
});

test('it holds for what the cache answers, too, and ids of any form name documents', async () => {
  await using world = await startCachedGreetings({ env: { SAFELIST: 'enforce', SAFELIST_FILE: file } });
  await world.hit(greeting);
  const executions = world.executions();
  const id = await world.send('POST', '/graphql', json, JSON.stringify(byId('greet-1')));
  assert.deepEqual(JSON.parse(id.body), { data: { greeting: 'hello' } });
  assert.equal(isHit(await world.ask(`${greeting} `)), true);
  // The same question in other words, which is kept under the same key, is not on the list.
  for (const query of ['{ greeting }', 'query Other { greeting }']) {
    const { status, body } = await world.ask(query);
    assert.equal(status, 403);
    assert.equal(JSON.parse(body).errors[0].extensions.code, 'DOCUMENT_NOT_ALLOWED');
  }
  assert(world.executions() <= executions + 1);
});

test('to try it out, what would be refused is logged once for each document', async () => {
  await using shop = await startShop({ env: { SAFELIST: 'log', SAFELIST_FILE: file } });
  const query = 'query Viewer { viewer }';
  for (let count = 0; count < 3; count += 1)
    assert.equal(await outcomeOf(await shop.gateway.send({ query })), '200 ok');
  assert.equal(await outcomeOf(await shop.gateway.send({ query: listed, variables })), '200 ok');
  const lines = shop.gateway.log.lines.filter(({ msg }) => msg === 'a document is not on the safelist');
  assert.deepEqual(
    lines.map((line) => [line.sha256, line.operation]),
    [[sha256(query), 'Viewer']],
  );
});

test('a list that cannot be used keeps the gateway from starting, and says why', async () => {
  const start = async (content: unknown, env: Record<string, string> = {}) => {
    const path = join(folder, 'broken.json');
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return startShop({ env: { SAFELIST: 'enforce', SAFELIST_FILE: path, ...env } });
  };
  const broken: [content: unknown, message: RegExp][] = [
    ['not json', /cannot be read/],
    [{ ...manifest, format: 'another' }, /format/],
    [{ ...manifest, version: 2 }, /version/],
    [{ ...manifest, operations: [{ id: '', body: listed }] }, /operations.0.id/],
    [{ ...manifest, operations: [{ id: 'a', body: '{' }] }, /operations.0.body/],
    [{ ...manifest, operations: [operations[0], operations[0]] }, /twice/],
  ];
  for (const [content, message] of broken)
    await assert.rejects(start(content), { name: 'ConfigError', message });
  await assert.rejects(start(manifest, { SAFELIST_FILE: '' }), {
    name: 'ConfigError',
    message: /SAFELIST_FILE/,
  });
  await assert.rejects(start(manifest, { SAFELIST_FILE: join(folder, 'nowhere') }), {
    message: /cannot be read/,
  });
});

test('a list that is replaced holds for what is remembered and kept, too; one that cannot be used changes nothing', async () => {
  const path = join(folder, 'replaced.json');
  const replace = async (content: unknown) => {
    await writeFile(`${path}.next`, typeof content === 'string' ? content : JSON.stringify(content));
    await rename(`${path}.next`, path);
  };
  await replace(manifest);
  await using world = await startCachedGreetings({ env: { SAFELIST: 'enforce', SAFELIST_FILE: path } });
  const { log } = world.gateway;
  const status = async (query: string) => (await world.ask(query)).status;
  const added = '{ greeting }';
  const byAddedId = () => world.send('POST', '/graphql', json, JSON.stringify(byId(sha256(added))));

  await world.hit(greeting);
  for (let count = 0; count < 2; count += 1) assert.equal(await status(added), 403);
  assert.match((await byAddedId()).body, /PERSISTED_QUERY_NOT_FOUND/);

  await replace({ ...manifest, operations: [{ id: sha256(added), body: added }] });
  await log.line(({ msg }) => msg === 'took over a new safelist');
  for (let count = 0; count < 2; count += 1) {
    assert.equal(await status(greeting), 403);
    assert.equal(await status(added), 200);
    assert.deepEqual(JSON.parse((await byAddedId()).body), { data: { greeting: 'hello' } });
  }

  let refused = 0;
  for (const content of ['not json', { ...manifest, version: 2 }, '']) {
    await replace(content);
    refused += 1;
    await log.line(
      () =>
        log.lines.filter(({ msg }) => String(msg).startsWith('the new safelist cannot be used')).length ===
        refused,
    );
    assert.deepEqual([await status(greeting), await status(added)], [403, 200]);
  }
  await replace(manifest);
  await log.line(() => log.lines.filter(({ msg }) => msg === 'took over a new safelist').length === 2);
  assert.deepEqual([await status(greeting), await status(added)], [200, 403]);
});
