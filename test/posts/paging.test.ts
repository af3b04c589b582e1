import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type ListPage, type ListUnderChange, lists, type Row } from './support/list-under-change.ts';
import { type PostsUnderTest, startPosts } from './support/posts-subgraph.ts';

let posts: PostsUnderTest;
before(async () => {
  posts = await startPosts();
});
after(() => posts[Symbol.asyncDispose]());

const rank = fc.nat({ max: 9 });
const change = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), rank }),
  fc.record({ kind: fc.constantFrom('delete' as const, 'hide' as const), which: fc.nat() }),
);
const scenario = fc.record({
  stable: fc.array(rank, { minLength: 1, maxLength: 12 }),
  passing: fc.array(rank, { maxLength: 6 }),
  /** What happens between a page and the next. */
  changes: fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 12 }),
  size: fc.integer({ min: 1, max: 5 }),
  direction: fc.constantFrom('forwards' as const, 'backwards' as const),
});

for (const [name, open] of Object.entries(lists))
  test(`paging ${name} while rows come and go never repeats or skips one that stays`, async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ stable, passing, changes, size, direction }) => {
        const list = await open(posts);
        const staying: Row[] = [];
        for (const each of stable) staying.push(await list.add(each));
        const others: Row[] = [];
        for (const each of passing) others.push(await list.add(each));

        const seen = await walk(list, direction, size, async (pages) => {
          for (const next of changes[pages] ?? []) {
            if (next.kind === 'add') {
              others.push(await list.add(next.rank));
              continue;
            }
            const [row] = others.splice(next.which % (others.length || 1), 1);
            if (row !== undefined) await list.remove(row, next.kind);
          }
        });

        const stays = new Set(staying.map(({ id }) => id));
        assert.deepEqual(
          seen.filter((id) => stays.has(id)),
          staying.toSorted(list.compare).map(({ id }) => id),
        );
      }),
      { numRuns: 15 },
    );
  });

test('a page tells where it lies', async () => {
  for (const open of Object.values(lists)) {
    const list = await open(posts);
    for (const each of [1, 2, 2, 3, 4]) await list.add(each);
    const all = await list.page({});
    assert.equal(all.edges.length, 5);
    assert.deepEqual(around(all), { next: false, previous: false });
    const [first, second, third, fourth, fifth] = all.edges.map(({ cursor }) => cursor);
    assert.deepEqual([all.pageInfo.startCursor, all.pageInfo.endCursor], [first, fifth]);

    const beginning = await list.page({ first: 2 });
    assert.deepEqual(
      [cursorsOf(beginning), around(beginning)],
      [[first, second], { next: true, previous: false }],
    );
    const middle = await list.page({ first: 2, after: second });
    assert.deepEqual([cursorsOf(middle), around(middle)], [[third, fourth], { next: true, previous: true }]);
    const end = await list.page({ last: 2 });
    assert.deepEqual([cursorsOf(end), around(end)], [[fourth, fifth], { next: false, previous: true }]);
    const between = await list.page({ first: 5, after: first, before: fifth });
    assert.deepEqual(cursorsOf(between), [second, third, fourth]);
    assert.deepEqual(cursorsOf(await list.page({ last: 1, after: first, before: fifth })), [fourth]);
    const none = await list.page({ first: 0 });
    assert.deepEqual([none.edges, around(none)], [[], { next: true, previous: false }]);
    assert.deepEqual(cursorsOf(await list.page({ first: 100, after: fifth })), []);
  }
});

test('a page has 20 items when no size is given, and 100 at most', async () => {
  const open = lists['the comments of a post'];
  assert(open !== undefined);
  const list = await open(posts);
  for (let n = 0; n < 101; n++) await list.add(0);
  assert.equal((await list.page({})).edges.length, 20);
  assert.equal((await list.page({ last: null, first: null })).edges.length, 20);
  assert.equal((await list.page({ first: 100 })).edges.length, 100);
  assert.equal((await list.page({ last: 100 })).edges.length, 100);
});

/** All ids of a list, in its order whatever the direction, with `between` called after every page. */
async function walk(
  list: ListUnderChange,
  direction: 'forwards' | 'backwards',
  size: number,
  between: (pages: number) => Promise<void>,
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let pages = 0; ; pages++) {
    const { edges, pageInfo }: ListPage = await list.page(
      direction === 'forwards' ? { first: size, after: cursor } : { last: size, before: cursor },
    );
    const shown = edges.map(({ node }) => node.id);
    assert(shown.length <= size);
    if (direction === 'forwards') ids.push(...shown);
    else ids.unshift(...shown);
    const more = direction === 'forwards' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
    if (!more) return ids;
    cursor = direction === 'forwards' ? pageInfo.endCursor : pageInfo.startCursor;
    await between(pages);
  }
}

function cursorsOf({ edges }: ListPage): string[] {
  return edges.map(({ cursor }) => cursor);
}

function around({ pageInfo }: ListPage) {
  return { next: pageInfo.hasNextPage, previous: pageInfo.hasPreviousPage };
}
