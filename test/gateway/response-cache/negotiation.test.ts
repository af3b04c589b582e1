import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import fc from 'fast-check';
import { contentTypes } from '../../../gateway/response-cache/accept-class.ts';
import { createNegotiation } from '../../../gateway/response-cache/negotiation.ts';
import { hasPlainForm } from '../../../gateway/response-cache/request-form.ts';

const apollo = new ApolloServer({
  typeDefs: 'type Query { a: Int }',
  csrfPrevention: true,
  plugins: [ApolloServerPluginLandingPageLocalDefault()],
});
before(() => apollo.start());
after(() => apollo.stop());

async function ask(method: 'GET' | 'POST', headers: Record<string, string>) {
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method,
      headers: new HeaderMap(Object.entries(headers)),
      search: method === 'GET' ? '?query=%7Ba%7D' : '',
      body: method === 'GET' ? undefined : { query: '{ a }' },
    },
    context: async () => ({}),
  });
  return { status: answer.status ?? 200, contentType: answer.headers.get('content-type') };
}

const preflight = { 'x-apollo-operation-name': 'a' };

const accepted = fc
  .array(
    fc
      .tuple(
        fc.constantFrom(
          ...[
            'application/json',
            'application/graphql-response+json',
            'application/*',
            '*/*',
            'text/html',
            'text/*',
          ],
          ...[
            'image/png',
            'multipart/mixed',
            'application/json; charset=utf-8',
            'application/json; callbackSpec=1.0',
          ],
          ...[
            'Application/JSON',
            'application/graphql-response+json;charset=UTF-8',
            'nonsense',
            '',
            'a/b;c="d,e"',
          ],
        ),
        fc.constantFrom('', '', '', ';q=1', ';q=0.5', '; q=0.9', ';q=0', ';q=x', ';q=1.5'),
      )
      .map((parts) => parts.join('')),
    { maxLength: 4 },
  )
  .chain((parts) => fc.constantFrom(parts.join(','), parts.join(', ')));

test('the form of an answer is the one that Apollo Server chooses', async () => {
  const negotiation = createNegotiation();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST'),
      fc.option(accepted, { nil: undefined }),
      async (method, accept) => {
        const { status, contentType } = await ask(method, {
          ...(method === 'GET' ? preflight : { 'content-type': 'application/json' }),
          ...(accept === undefined ? {} : { accept }),
        });
        const chosen = negotiation.acceptClass(method, accept);
        if (chosen === undefined)
          assert.ok(status !== 200 || !Object.values(contentTypes).includes(contentType ?? ''));
        else assert.deepEqual({ status, contentType }, { status: 200, contentType: contentTypes[chosen] });
      },
    ),
    { numRuns: 1_000 },
  );
});

test('the coding is the one a client likes best, brotli before gzip where it likes both', () => {
  const negotiation = createNegotiation();
  const cases: [string | undefined, string][] = [
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0.5, gzip', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['*', 'br'],
    ['*;q=0', 'identity'],
    ['identity;q=0', 'identity'],
    ['identity, gzip;q=0.5', 'identity'],
    ['deflate', 'identity'],
    ['gzip;q=0', 'identity'],
    ['GZIP', 'gzip'],
    ['br;q=0.000', 'identity'],
    ['nonsense;;;,=', 'identity'],
  ];
  // Twice, as the second time is from memory.
  for (const [header, coding] of [...cases, ...cases])
    assert.equal(negotiation.coding(header), coding, header);
});

test('a request of plain form passes what Apollo Server checks before the operation', async () => {
  const header = <Value extends string>(...values: Value[]) =>
    fc.option(fc.constantFrom(...values), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST'),
      fc.record({
        'content-type': header(
          'application/json',
          'application/json; charset=utf-8',
          'text/plain',
          'APPLICATION/JSON',
          '',
        ),
        'x-apollo-operation-name': header('a', ''),
        'apollo-require-preflight': header('1', ''),
      }),
      async (method, all) => {
        const headers = Object.fromEntries(
          Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
        );
        if (hasPlainForm(method, headers)) assert.equal((await ask(method, headers)).status, 200);
      },
    ),
  );
  assert.ok(hasPlainForm('POST', { 'content-type': 'application/json' }));
  assert.ok(hasPlainForm('QUERY', { 'content-type': 'application/json;charset=UTF-8' }));
  assert.ok(hasPlainForm('GET', preflight));
  for (const odd of [
    { 'content-type': 'application/json', 'apollo-query-plan-experimental': '1' },
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    { 'content-type': 'application/json; charset=latin1' },
    { 'content-type': 'application/jsonx' },
    {},
  ])
    assert.ok(!hasPlainForm('POST', odd));
  assert.ok(!hasPlainForm('DELETE', { 'content-type': 'application/json' }));
});
