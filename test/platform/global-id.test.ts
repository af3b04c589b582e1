import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseGlobalId, toGlobalId, uuidOf } from '../../platform/global-id.ts';

test('an id tells its type and UUID again', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.constantFrom('User', 'Post', 'A', 'Some_Type2'), (uuid, type) => {
      const id = toGlobalId(type, uuid);
      assert.deepEqual(parseGlobalId(id), { type, uuid });
      assert.match(id, /^[\w-]+$/);
    }),
  );
});

test('an id of one type is none of another', () => {
  const uuid = '0192f0c1-0000-7000-8000-00000000003a';
  assert.equal(uuidOf('Post', toGlobalId('User', uuid)), null);
  assert.equal(uuidOf('User', toGlobalId('User', uuid)), uuid);
});

test('whatever is no id is nothing, and never throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseGlobalId(text);
      if (parsed !== null) assert.equal(toGlobalId(parsed.type, parsed.uuid), text);
    }),
    { numRuns: 1_000 },
  );
  const id = toGlobalId('User', '0192f0c1-0000-7000-8000-000000000001');
  for (const other of ['', id.slice(1), `${id}=`, `${id} `, `${id}A`, id.toLowerCase()])
    assert.equal(uuidOf('User', other), null, other);
});
