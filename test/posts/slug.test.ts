import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSlug, slugFromTitle, withSuffix } from '../../subgraphs/posts/domain/slug.ts';

const examples: Record<string, string> = {
  'Hello, World!': 'hello-world',
  '  --Already-a--slug-- ': 'already-a-slug',
  'Crème brûlée': 'creme-brulee',
  "Don't panic, it’s fine": 'dont-panic-its-fine',
  'Straße nach Łódź og Tromsø': 'strasse-nach-lodz-og-tromso',
  'ﬁne ½ Ⅳ': 'fine-1-2-iv',
  日本語: 'post',
  İstanbul: 'istanbul',
  '🙂': 'post',
};

for (const [title, slug] of Object.entries(examples))
  test(`"${title}" gives ${slug}`, () => assert.equal(slugFromTitle(title), slug));

test('a long title is cut after a word', () => {
  assert.equal(slugFromTitle('seven77 '.repeat(20)), Array(10).fill('seven77').join('-'));
  assert.equal(slugFromTitle('x'.repeat(200)), 'x'.repeat(80));
  assert.equal(slugFromTitle(`ab ${'x'.repeat(200)}`), 'ab');
});

test('whatever the title, what comes out is a slug, and still one with a suffix', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (title) => {
      const slug = slugFromTitle(title);
      assert(isSlug(slug), slug);
      assert(isSlug(withSuffix(slug)));
    }),
  );
});
