import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tagsToHold, tagsToMark } from '../../cache/tags.ts';
import { createAnswerRecord } from '../../subgraphs/shared/answer-record.ts';

const entities = { prev: undefined, key: '_entities', typename: 'Query' };
const titleOf = (index: number) => ({
  prev: { prev: entities, key: index, typename: undefined },
  key: 'title',
  typename: 'Post',
});

test('what is noted for a field belongs to its representation, also after it has waited', async () => {
  const answer = createAnswerRecord();
  answer.openRepresentations(entities, 2);
  await Promise.all(
    [0, 1].map((index) =>
      answer.attribute(titleOf(index), async () => {
        answer.record(`early ${index}`);
        await new Promise((resolve) => setImmediate(resolve));
        answer.record(`late ${index}`);
      }),
    ),
  );
  assert.deepEqual(answer.tags(), {
    root: [],
    entities: [
      ['early 0', 'late 0'],
      ['early 1', 'late 1'],
    ],
  });
});

test('what is noted outside of any field counts for every representation', () => {
  const answer = createAnswerRecord();
  answer.openRepresentations(entities, 2);
  answer.attribute(titleOf(1), () => answer.record('b'));
  answer.record('a');
  assert.deepEqual(answer.tags(), { root: ['a'], entities: [['a'], ['a', 'b']] });
});

test('of very many tags groups are named, and a change of any one still reaches the answer', () => {
  const answer = createAnswerRecord();
  const many = Array.from({ length: 5_000 }, (_, index) => `posts/Post.author:${index}`);
  for (const tag of [...many, 'posts/Post:7']) answer.record(tag);
  const root = answer.tags()?.root ?? [];
  assert(root.length < 300, String(root.length));
  assert(root.includes('posts/Post:7'));
  // As the gateway does: what was collapsed is collapsed once more, together with what came from elsewhere.
  const held = new Set(tagsToHold([...root, 'users/User:1'], ['posts', 'users']));
  for (const tag of many)
    assert(
      tagsToMark([tag]).some((mark) => held.has(mark)),
      tag,
    );
});

test('where nobody wants tags none are noted, but who asked matters as ever', () => {
  const answer = createAnswerRecord(false);
  answer.openRepresentations(entities, 1);
  assert.equal(
    answer.attribute(titleOf(0), () => {
      answer.record('a');
      answer.recordViewer();
      return 'done';
    }),
    'done',
  );
  assert.equal(answer.tags(), undefined);
  assert.equal(answer.dependsOnViewer(), true);
});
