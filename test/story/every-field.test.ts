import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { buildSchema, isObjectType } from 'graphql';
import { startSupergraph } from '../support/supergraph.ts';
import { operationsForEveryField } from './support/every-field.ts';
import { send, signUpWithSecrets } from './support/secrets.ts';

test('no field of any type tells somebody else, or nobody, what is one’s own', async () => {
  const schema = buildSchema(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'));
  await using supergraph = await startSupergraph();
  const [ada, bob] = await signUpWithSecrets(supergraph.url, ['ada', 'bob']);
  assert(ada && bob);
  const ids = [ada.id, ada.draft, ada.publicPost, ada.hiddenComment].map((id) => JSON.stringify(id));
  const operations = operationsForEveryField(schema, {
    id: ids,
    ids: [`[${ids.join(', ')}]`],
    username: ['"ada"'],
    slug: [`"${ada.secret}"`, '"by-ada"'],
    filter: ['{ search: "secret" }', '{ tag: "news" }'],
    search: ['"ada"'],
  });

  const asked = new Set(operations.flatMap(({ fields }) => fields));
  const results = new Set(['Mutation', 'Session']);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    if (results.has(type.name) || type.name.endsWith('Payload') || type.name === 'UserError') continue;
    for (const field of Object.keys(type.getFields()))
      assert(asked.has(`${type.name}.${field}`), `${type}.${field}`);
  }

  const textOf = async (query: string, token?: string) => (await send(supergraph.url, query, token)).text();
  let told = 0;
  for (const { text } of operations) {
    // First herself: what the cache may have kept by then is hers.
    const own = await textOf(text, ada.token);
    if (own.includes(ada.secret)) told += 1;
    // An id of one type where another's is asked for is an error of the input; all else must be answered.
    assert(!/VALIDATION|TOO_|COSTLY|INTERNAL|PARSE/.test(own), `${text}\n${own}`);
    for (const token of [bob.token, undefined]) {
      const answer = await textOf(text, token);
      assert(!answer.includes(ada.secret), `${text}\n${answer}`);
    }
  }
  assert(told > 50, `only ${told} of ${operations.length} told herself`);
});
