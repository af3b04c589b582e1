import assert from 'node:assert/strict';
import { type CachedNotes, type Part, publicPolicy, testOnBothCaches } from './support/cached-notes.ts';

/**
 * Rule 8: "Errors, partial data, valueCompletion, mutations are never stored. Nulls and empty lists are, with the tags of
 * what was looked up."
 */

/** The subgraph always calls its answers PUBLIC, and good for a minute. */
const said =
  (body: unknown, part: Partial<Part> = {}): (() => Part) =>
  () => ({
    headers: publicPolicy,
    body,
    ...part,
  });

/** Asks twice; the cache has nothing of it then. */
async function neverKept(world: CachedNotes, query: string, reason: string): Promise<string> {
  const calls = world.notes.calls.length;
  const first = await world.ask(query);
  const second = await world.ask(query);
  for (const { cacheStatus, headers } of [first, second]) {
    assert.equal(cacheStatus, `fwd=miss;detail="not stored: ${reason}"`);
    assert.equal(headers.get('cache-control'), 'no-store');
  }
  assert.equal(second.text, first.text);
  assert.equal(world.notes.calls.length, calls + 2);
  assert.equal(await world.kept(), 0);
  return first.text;
}

const error = { message: 'no', extensions: { code: 'NOT_FOUND' } };

testOnBothCaches('errors are never stored', async (world) => {
  world.say(said({ errors: [error] }));
  assert.match(await neverKept(world, '{ note { text } }', 'errors'), /"errors"/);
});

testOnBothCaches('partial data is never stored: an error beside data', async (world) => {
  world.say(
    said({
      data: { note: { text: 'there', title: 'too' }, notes: null },
      errors: [{ ...error, path: ['notes'] }],
    }),
  );
  const text = await neverKept(world, '{ note { text title } notes { text } }', 'errors');
  assert.match(text, /"there"/);
});

testOnBothCaches('partial data is never stored: one subgraph of two that does not answer', async (world) => {
  world.say(said({ data: { note: { __typename: 'Note', id: '1', text: 'there' } } }));
  const query = '{ note { text stars } }';
  for (const failing of [said({}, { status: 500 }), said({ errors: [error] })]) {
    world.say(failing, world.stars);
    const { text, cacheStatus } = await world.ask(query);
    assert.match(text, /"there","stars":null/);
    assert.equal(cacheStatus, 'fwd=miss;detail="not stored: errors"');
  }
  assert.equal(await world.kept(), 0);
  // Once it does, the whole is.
  world.say(said({ data: { _entities: [{ stars: 5 }] } }), world.stars);
  assert.match((await world.hit(query)).text, /"stars":5/);
});

testOnBothCaches(
  'an answer in which nulls took the place of what should be there is never stored',
  async (world) => {
    world.say(said({ data: { note: { text: 'there', title: null } } }));
    assert.equal(
      await neverKept(world, '{ note { text title } }', 'value-completion'),
      '{"data":{"note":null}}',
    );
  },
);

testOnBothCaches('no data at all is never stored', async (world) => {
  world.say(said({ data: null }));
  await neverKept(world, '{ one { text } }', 'no-data');
});

testOnBothCaches(
  'a mutation is never stored, nor is a query its answer that looks like it',
  async (world) => {
    world.say(said({ data: { write: { text: 'written' } } }));
    const write = async () => {
      const { cacheStatus, headers, text } = await world.ask('mutation { write { text } }');
      assert.equal(cacheStatus, 'fwd=bypass;detail="mutation"');
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.match(text, /"written"/);
    };
    await write();
    await write();
    assert.equal(world.notes.calls.length, 2);
    assert.equal(await world.kept(), 0);
    world.say(said({ data: { write: { text: 'only read' } } }));
    assert.match((await world.hit('{ write { text } }')).text, /"only read"/);
    world.say(said({ data: { write: { text: 'written' } } }));
    await write();
  },
);

const nothing = {
  'a null': ['{ note(id: "7") { text } }', { note: null }, { note: { text: 'new' } }],
  'an empty list': ['{ notes { text } }', { notes: [] }, { notes: [{ text: 'new' }] }],
  'a null in a list': ['{ notes { text } }', { notes: [null] }, { notes: [{ text: 'new' }] }],
  'a field that is null': ['{ note(id: "7") { text } }', { note: { text: null } }, { note: { text: 'new' } }],
} as const;

for (const [what, [query, before, after]] of Object.entries(nothing))
  testOnBothCaches(`${what} is stored, with the tags of what was looked up`, async (world) => {
    world.say(said({ data: before, extensions: { apolloCacheTags: ['notes/Note:7'] } }));
    assert.equal((await world.hit(query)).text, JSON.stringify({ data: before }));
    assert.equal(world.notes.calls.length, 1);
    world.say(said({ data: after, extensions: { apolloCacheTags: ['notes/Note:7'] } }));
    await world.store.invalidate(['notes/Note:8']);
    assert.equal((await world.ask(query)).text, JSON.stringify({ data: before }));
    await world.store.invalidate(['notes/Note:7']);
    const { text, cacheStatus } = await world.ask(query);
    assert.equal(text, JSON.stringify({ data: after }));
    assert.match(cacheStatus, /^fwd=stale;stored;detail="invalidated: Note/);
  });

testOnBothCaches('an entity that is not there is null, kept with the tags of its place', async (world) => {
  world.say(said({ data: { note: { __typename: 'Note', id: '1' } }, extensions: { apolloCacheTags: [] } }));
  const entity = (stars: unknown) =>
    said({ data: { _entities: [stars] }, extensions: { apolloEntityCacheTags: [['stars/Star:1']] } });
  world.say(entity(null), world.stars);
  const query = '{ note { stars } }';
  assert.equal((await world.hit(query)).text, '{"data":{"note":{"stars":null}}}');
  world.say(entity({ stars: 5 }), world.stars);
  await world.store.invalidate(['stars/Star:1']);
  assert.equal((await world.ask(query)).text, '{"data":{"note":{"stars":5}}}');
});
