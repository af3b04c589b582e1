import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { subgraphOf, tagsToHold, tagsToMark } from '../../cache/tags.ts';

const holds = (recorded: string[], subgraphs: string[] = []) => new Set(tagsToHold(recorded, subgraphs));
const rows = (count: number, type = 'Post') =>
  Array.from({ length: count }, (_, id) => `posts/${type}:${id}`);
const meet = (held: Iterable<string>, invalidated: string[]) => {
  const marked = new Set(tagsToMark(invalidated));
  return [...held].some((tag) => marked.has(tag));
};

test('an answer holds its tags, their types and their subgraphs', () => {
  assert.deepEqual(
    holds(['posts/Post:7', 'posts/Post.author:42', 'users/User.all']),
    new Set([
      'posts',
      'posts/Post',
      'posts/Post:7',
      'posts/Post.author:42',
      'users',
      'users/User',
      'users/User.all',
    ]),
  );
});

test('a subgraph that recorded nothing can be invalidated all the same', () => {
  assert.deepEqual(holds([], ['prices']), new Set(['prices']));
  assert(meet(holds([], ['prices']), ['prices']));
});

test('a row is hit by its own invalidation, by its type’s and by its subgraph’s, and by no other row’s', () => {
  const held = holds(['posts/Post:7']);
  for (const tag of ['posts/Post:7', 'posts/Post', 'posts']) assert(meet(held, [tag]), tag);
  for (const tag of ['posts/Post:8', 'posts/Post.all', 'posts/Post.author:7', 'users', 'posts/Comment:7'])
    assert(!meet(held, [tag]), tag);
});

test('an id may hold any character', () => {
  for (const id of ['a:b', 'a.b', 'a#b', 'a/b', 'ü']) {
    const held = holds([`posts/Post:${id}`]);
    assert(meet(held, [`posts/Post:${id}`]));
    assert(meet(held, ['posts/Post']));
    assert(held.has('posts/Post'));
  }
});

test('many rows of one type become buckets, and very many the family', () => {
  assert.equal(tagsToHold(rows(1_024), []).length, 1_024 + 2);
  const buckets = tagsToHold(rows(1_025), []);
  assert(buckets.every((tag) => !tag.includes(':')) && buckets.length > 800 && buckets.length < 1_024);
  assert.deepEqual(holds(rows(5_000)), new Set(['posts', 'posts/Post', 'posts/Post#']));
});

test('collapsing one family leaves the others exact', () => {
  const held = holds([...rows(5_000), 'posts/Post.author:42', 'users/User:1']);
  assert(held.has('posts/Post.author:42') && held.has('users/User:1'));
});

const authors = (count: number, name: string) =>
  Array.from({ length: count }, (_, author) => `posts/Post.author:${name}-${author}`);

test('someone who follows a thousand depends on their posts, and on nobody else’s', () => {
  const followed = authors(1_000, 'followed');
  const held = holds(followed);
  for (const tag of followed) assert(meet(held, [tag]), tag);
  for (const tag of authors(1_000, 'other')) assert(!meet(held, [tag]), tag);
});

test('what depends on two thousand is left alone by most of the others', () => {
  const held = holds(authors(2_000, 'followed'));
  const hits = authors(1_000, 'other').filter((tag) => meet(held, [tag])).length;
  assert(hits > 200 && hits < 500, `${hits} of 1000`);
});

test('however an answer’s tags collapse, each of them still hits it', () => {
  const many = fc.record({
    family: fc.constantFrom('posts/Post', 'posts/Post.author'),
    count: fc.nat(6_000),
  });
  const wholes = fc.subarray(['posts/Post.all', 'posts/Post', 'users/User:1', 'users']);
  fc.assert(
    fc.property(fc.array(many, { maxLength: 3 }), wholes, (families, others) => {
      const recorded = families.flatMap(({ family, count }) =>
        Array.from({ length: count }, (_, id) => `${family}:${id}`),
      );
      const held = holds([...recorded, ...others]);
      for (const each of [...recorded, ...others]) assert(meet(held, [each]), each);
      assert(held.size <= 2 * 2_048 + 10);
    }),
    { numRuns: 40 },
  );
});

test('what is invalidated is marked with its bucket and its family, each once', () => {
  const marked = tagsToMark(['posts/Post:7', 'posts/Post:8', 'posts/Post.all', 'posts']);
  assert.equal(new Set(marked).size, marked.length);
  assert.equal(marked.filter((tag) => /^posts\/Post#[0-9a-f]{3}$/.test(tag)).length, 2);
  assert(marked.includes('posts/Post#'));
  assert.deepEqual(tagsToMark(['posts/Post.all', 'posts']), ['posts/Post.all', 'posts']);
});

test('a tag begins with the subgraph that owns it', () => {
  assert.deepEqual(['posts/Post:7', 'posts/Post', 'posts'].map(subgraphOf), ['posts', 'posts', 'posts']);
});
