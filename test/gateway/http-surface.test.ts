import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startShop } from './support/shop.ts';

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const studio = 'https://studio.apollographql.com';

async function code(response: Response): Promise<string | undefined> {
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return errors?.[0]?.extensions.code;
}

test('queries come by POST, GET and QUERY, mutations by POST only', async () => {
  await using shop = await startShop();
  const { url } = shop.gateway;
  const json = { 'content-type': 'application/json' };
  const query = '{ product(id: "7") { name } }';
  const mutation = 'mutation { rename(id: "7", name: "x") { name } }';
  const get = (text: string) =>
    fetch(`${url}?query=${encodeURIComponent(text)}`, { headers: { 'apollo-require-preflight': 'true' } });
  const send = (method: string, text: string) =>
    fetch(url, { method, headers: json, body: JSON.stringify({ query: text }) });

  for (const response of [await get(query), await send('POST', query), await send('QUERY', query)])
    assert.deepEqual(await response.json(), { data: { product: { name: 'Product 7' } } });
  assert.deepEqual(await (await send('POST', mutation)).json(), { data: { rename: { name: 'x' } } });
  for (const response of [await get(mutation), await send('QUERY', mutation)]) {
    assert.equal(response.status, 405);
    assert.equal(response.headers.get('allow'), 'POST');
    assert.equal(await code(response), 'BAD_REQUEST');
  }
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const response = await send(method, query);
    assert.equal(response.status, 405);
    assert.equal(response.headers.get('allow'), 'GET, POST, QUERY');
    assert.equal(await code(response), 'METHOD_NOT_ALLOWED');
  }
});

test('requests that any page could make a browser send are refused', async () => {
  await using shop = await startShop();
  const { url } = shop.gateway;
  const body = JSON.stringify({ query: 'mutation { rename(id: "7", name: "x") { name } }' });
  const get = await fetch(`${url}?query={viewer}`);
  assert.equal(get.status, 400);
  assert.equal(await code(get), 'BAD_REQUEST');
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
    assert.equal(response.status, 415, type);
    assert.equal(await code(response), 'UNSUPPORTED_MEDIA_TYPE', type);
  }
  // Types that browsers take for one of those, and that a careless reader takes for JSON.
  for (const type of [
    'text/plain; application/json',
    'text/plain;charset=application/json',
    'TEXT/PLAIN',
    'text/plain, application/json',
    'application/x-www-form-urlencoded; a=application/json',
    'multipart/form-data; boundary="application/json"',
    'application/jsonp',
    'json',
    ',application/json',
  ]) {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
    assert(response.status === 415 || response.status === 400, `${type}: ${response.status}`);
  }
  for (const query of ['query={viewer}', 'query=mutation{rename(id:"7",name:"x"){name}}'])
    for (const headers of [{}, { accept: 'image/*' }, { 'content-type': 'text/plain' }])
      assert.notEqual((await fetch(`${url}?${query}`, { headers })).status, 200, JSON.stringify(headers));
  const untyped = await fetch(url, { method: 'POST', body: new Blob([body]) });
  assert.equal(untyped.status, 415);
  assert.equal(shop.products.calls.length, 0);
});

test('pages of configured origins and of Apollo Studio may ask, others may not', async () => {
  await using shop = await startShop({ env: { CORS_ORIGINS: 'https://app.example.com' } });
  const preflight = (origin: string) =>
    fetch(shop.gateway.url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
  for (const origin of ['https://app.example.com', studio]) {
    const allowed = await preflight(origin);
    assert.equal(allowed.status, 204);
    assert.equal(allowed.headers.get('access-control-allow-origin'), origin);
    assert.match(allowed.headers.get('access-control-allow-methods') ?? '', /POST/);
    assert.equal(allowed.headers.get('access-control-allow-headers'), 'authorization,content-type');
    assert.equal(allowed.headers.get('access-control-allow-credentials'), null);
  }
  const foreign = await preflight('https://app.example.com.evil.test');
  assert.equal(foreign.headers.get('access-control-allow-origin'), null);

  const answer = await shop.gateway.send({ query: '{ viewer }' }, { origin: studio });
  assert.equal(answer.headers.get('access-control-allow-origin'), studio);
  assert.match(answer.headers.get('vary') ?? '', /Origin/);
  assert.equal(
    answer.headers.get('access-control-expose-headers'),
    'x-request-id, x-cache-position, retry-after, ratelimit, ratelimit-policy, cache-status, age',
  );
});

test('a browser finds the Sandbox with the example at the endpoint, and the endpoint from the root', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-example-'));
  const example = join(folder, 'example.graphql');
  await writeFile(example, 'query TheExample { viewer }');
  await using shop = await startShop({ env: { EXAMPLE_DOCUMENT_FILE: example } });
  await rm(folder, { recursive: true });

  const root = await fetch(new URL('/', shop.gateway.url), { redirect: 'manual' });
  assert.equal(root.status, 302);
  assert.equal(root.headers.get('location'), '/graphql');

  const page = await fetch(shop.gateway.url, { headers: html });
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
  const text = await page.text();
  assert.match(text, /embeddable-sandbox/);
  assert.match(text, /query TheExample/);
});

test('an example that cannot be read is a reason not to start', async () => {
  await assert.rejects(startShop({ env: { EXAMPLE_DOCUMENT_FILE: '/nowhere' } }), /EXAMPLE_DOCUMENT_FILE/);
});

test('in production there is no Sandbox, no introspection and no suggestion', async () => {
  await using shop = await startShop({ env: { NODE_ENV: 'production' } });
  const page = await fetch(shop.gateway.url, { headers: html });
  assert.equal(page.status, 200);
  assert.doesNotMatch(await page.text(), /apollographql/);

  const introspection = await shop.gateway.query('{ __schema { types { name } } }');
  assert.equal(introspection.data, undefined);
  assert.equal(introspection.errors?.[0]?.extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  assert.deepEqual(await shop.gateway.query('{ __typename }'), { data: { __typename: 'Query' } });

  const typo = await shop.gateway.query('{ viever }');
  assert.doesNotMatch(typo.errors?.[0]?.message ?? '', /Did you mean/);

  const plan = await shop.gateway.query('{ viewer }', undefined, { 'apollo-query-plan-experimental': '1' });
  assert.deepEqual(plan, { data: { viewer: null } });
});

test('a sane request id is kept, any other is replaced, and every answer names it', async () => {
  await using shop = await startShop();
  const { gateway, products } = shop;
  const ours = /^[0-9a-f]{24}-\d+$/;
  const given: [id: string | undefined, kept: boolean][] = [
    ['trace-0123456789', true],
    [undefined, false],
    ['short', false],
    ['with spaces in it', false],
    ['x'.repeat(129), false],
    ['<script>alert(1)</script>', false],
  ];
  for (const [id, kept] of given) {
    const response = await gateway.send(
      { query: '{ viewer }' },
      id === undefined ? {} : { 'x-request-id': id },
    );
    const echoed = response.headers.get('x-request-id') ?? '';
    if (kept) assert.equal(echoed, id);
    else assert.match(echoed, ours);
    assert.equal(products.calls.at(-1)?.headers['x-request-id'], echoed);
    await gateway.log.line((line) => line.msg === 'request' && line.requestId === echoed);
  }
  const notFound = await fetch(new URL('/nowhere', gateway.url));
  assert.match(notFound.headers.get('x-request-id') ?? '', ours);
});

test('what is not there, not JSON or not HTTP is answered with a coded error', async () => {
  await using shop = await startShop();
  const { url } = shop.gateway;
  const notFound = await fetch(new URL('/nowhere', url));
  assert.equal(notFound.status, 404);
  assert.equal(await code(notFound), 'NOT_FOUND');

  const post = (body: string) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  for (const body of [
    '{"query": ',
    '',
    '[]',
    '"text"',
    '{}',
    '{"query": 1}',
    '{"__proto__": {"query": "{viewer}"}}',
  ]) {
    const response = await post(body);
    assert.equal(response.status, 400, body);
    assert.equal(await code(response), 'BAD_REQUEST', body);
  }

  const badUrl = await new Promise<number | undefined>((resolve, reject) => {
    request(new URL(url).origin, { path: '/%zz' }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  assert.equal(badUrl, 400);

  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end('this is not HTTP\r\n\r\n');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  assert.match(Buffer.concat(chunks).toString(), /^HTTP\/1\.1 400 [\s\S]*BAD_REQUEST/);
});
