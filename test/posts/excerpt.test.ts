import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { excerptOf } from '../../subgraphs/posts/domain/excerpt.ts';

test('a short text is its own excerpt, on one line', () => {
  assert.equal(excerptOf('  Two\n\n words\t here '), 'Two words here');
  assert.equal(excerptOf(''), '');
  assert.equal(excerptOf('a'.repeat(200)), 'a'.repeat(200));
});

test('a long text is cut after a word, with an ellipsis that counts', () => {
  const text = 'word '.repeat(60);
  assert.equal(excerptOf(text), `${'word '.repeat(39)}word…`);
  assert.equal(excerptOf(text).length, 200);
});

test('a word that just fits is kept', () => {
  assert.equal(excerptOf(`${'a'.repeat(199)} b c`), `${'a'.repeat(199)}…`);
  assert.equal(excerptOf(`b ${'a'.repeat(197)} c`), `b ${'a'.repeat(197)}…`);
  assert.equal(excerptOf(`b ${'a'.repeat(198)} c`), 'b…');
});

test('a word longer than an excerpt is cut where it must be, between characters', () => {
  assert.equal(excerptOf('a'.repeat(300)), `${'a'.repeat(199)}…`);
  assert.equal(excerptOf('🙂'.repeat(300)), `${'🙂'.repeat(199)}…`);
});

test('any excerpt is short, on one line, and the beginning of its text', () => {
  const word = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' });
  const space = fc.constantFrom(' ', '\n', '\t', ' \n\n ', ' ');
  fc.assert(
    fc.property(fc.array(fc.tuple(word, space), { maxLength: 60 }), (words) => {
      const text = words.flat().join('');
      const excerpt = excerptOf(text);
      assert([...excerpt].length <= 200);
      assert(!/[\n\t]| {2}/.test(excerpt));
      const line = text.replaceAll(/\s+/g, ' ').trim();
      if (excerpt === line) return;
      assert(line.startsWith(excerpt.slice(0, -1)));
      assert(excerpt.endsWith('…'));
    }),
  );
});
