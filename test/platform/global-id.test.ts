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

test('ids are what they have always been, and only that', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.stringMatching(/^\w{1,100}$/), (uuid, type) => {
      const bytes = Buffer.concat([Buffer.from(`${type}:`), Buffer.from(uuid.replaceAll('-', ''), 'hex')]);
      assert.equal(toGlobalId(type, uuid), bytes.toString('base64url'));
      assert.equal(uuidOf(type, toGlobalId(type, uuid)), uuid);
    }),
  );
  // Other bytes are no id, and neither is another text for the same bytes.
  fc.assert(
    fc.property(
      fc.constantFrom('User:', 'User', 'Us er:', ':', 'A:', 'Tag:', 'Ü:', ''),
      fc.uint8Array({ minLength: 14, maxLength: 18 }),
      fc.constantFrom('', 'A', 'B', '_'),
      (head, tail, last) => {
        const bytes = Buffer.concat([Buffer.from(head), tail]);
        const id = bytes.toString('base64url');
        assert.equal(parseGlobalId(id) !== null, /^\w+:.{16}$/s.test(bytes.toString('latin1')));
        const other = `${id.slice(0, -1)}${last}`;
        const parsed = parseGlobalId(other);
        if (parsed !== null) assert.equal(toGlobalId(parsed.type, parsed.uuid), other);
      },
    ),
    { numRuns: 2_000 },
  );
  assert.throws(() => toGlobalId('User', 'no UUID'));
  assert.throws(() => toGlobalId('User', '0192F0C1-0000-7000-8000-00000000003A'));
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
