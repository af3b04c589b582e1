import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { toGlobalId, uuidOf } from '../../platform/global-id.ts';
import { newPerson, type PostsUnderTest, startPosts, userReference } from './support/posts-subgraph.ts';

let posts: PostsUnderTest;
const viewer = newPerson();
const followed = Array.from({ length: 25 }, newPerson);
const stranger = newPerson();
/** What the feed holds, in its order. */
let expected: string[];

before(async () => {
  posts = await startPosts();
  // Some write much, some little, and many publish in the same second.
  const rows = [...followed, stranger].flatMap((author, nth) =>
    Array.from({ length: nth % 7 }, (_, n) => ({
      id: randomUUID(),
      author,
      at: new Date(Date.UTC(2026, 0, 1, 0, 0, (nth * 3 + n * 11) % 20)),
    })),
  );
  for (const { id, author, at } of rows)
    await posts.database.query(
      `INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
       VALUES ($1, $2, $3, 'T', 'B', 'published', $4)`,
      [id, author, id, at],
    );
  expected = rows
    .filter(({ author }) => author !== stranger)
    .toSorted((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1))
    .map(({ id }) => id);
});
after(() => posts[Symbol.asyncDispose]());

test('a feed is what all followed accounts published, merged, latest first', async () => {
  assert(expected.length > 50);
  assert.deepEqual(await feed({ first: 100 }), expected);
});

for (const size of [1, 7, 50])
  test(`a feed by pages of ${size} is the whole feed, in both directions`, async () => {
    assert.deepEqual(await walk('first', 'after', 'hasNextPage', 'endCursor', size), expected);
    const backwards = await walk('last', 'before', 'hasPreviousPage', 'startCursor', size);
    assert.deepEqual(backwards, expected);
  });

test('an account that follows nobody has an empty feed', async () => {
  assert.deepEqual(await feed({}, []), []);
});

test('followees that are no account ids, or come twice, are ignored', async () => {
  const mess = [null, 5, '', 'x', '\0', {}, [], toGlobalId('Post', newPerson()), 'A'.repeat(10_000)];
  const ids = followed.map((id) => toGlobalId('User', id));
  assert.deepEqual(await feed({ first: 100 }, [...mess, ...ids, ...ids]), expected);
});

test('of more than 1000 followees the first 1000 count', async () => {
  const others = Array.from({ length: 1_000 }, () => toGlobalId('User', newPerson()));
  const ids = followed.map((id) => toGlobalId('User', id));
  assert.deepEqual(await feed({ first: 100 }, [...others, ...ids]), []);
  assert.deepEqual(await feed({ first: 100 }, [...ids, ...others]), expected);
});

for (const followeeIds of [null, 'all', { length: 1 }, 7])
  test(`a feed without a list of followees but ${JSON.stringify(followeeIds)} is not known`, async () => {
    assert.equal(await feed({}, followeeIds), null);
  });

test('a feed without followees given is not known', async () => {
  const { _entities } = await posts.ask(viewer, query, { r: [userReference(viewer)] });
  assert.deepEqual(_entities, [{ feed: null }]);
});

const query = `query($r: [_Any!]!, $first: Int, $after: String, $last: Int, $before: String) {
  _entities(representations: $r) {
    ... on User {
      feed(first: $first, after: $after, last: $last, before: $before) {
        nodes { id }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  }
}`;

async function feedPage(args: Record<string, unknown>, followeeIds: unknown) {
  const representation = { ...userReference(viewer), followeeIds };
  return (await posts.ask(viewer, query, { r: [representation], ...args }))._entities[0].feed;
}

async function feed(
  args: Record<string, unknown>,
  followeeIds: unknown = followed.map((id) => toGlobalId('User', id)),
): Promise<(string | null)[] | null> {
  const page = await feedPage(args, followeeIds);
  return page === null ? null : page.nodes.map(uuidOfNode);
}

async function walk(
  size: string,
  from: string,
  more: string,
  cursor: string,
  n: number,
): Promise<(string | null)[]> {
  const ids: (string | null)[] = [];
  const followees = followed.map((id) => toGlobalId('User', id));
  for (let args: Record<string, unknown> | null = { [size]: n }; args !== null; ) {
    const page = await feedPage(args, followees);
    const shown = page.nodes.map(uuidOfNode);
    if (size === 'first') ids.push(...shown);
    else ids.unshift(...shown);
    args = page.pageInfo[more] ? { [size]: n, [from]: page.pageInfo[cursor] } : null;
  }
  return ids;
}

function uuidOfNode({ id }: { id: string }): string | null {
  return uuidOf('Post', id);
}
