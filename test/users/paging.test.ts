import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { orderedUuid, startUsers, type TestUsers } from './users-subgraph.ts';

/**
 * A list of 60 places. Every third is taken by a row that stays; rows on the others come and go between the pages that a
 * client fetches. Whatever happens: the client sees every row that stays once, in order, and no row twice.
 */
const places = Array.from({ length: 60 }, (_, place) => place);
const isStable = (place: number) => place % 3 === 0;
const stableLatestFirst = places.filter(isStable).reverse();

/** Between two pages: rows appear on these places, or are gone from them. */
const change = fc.record({
  size: fc.integer({ min: 1, max: 7 }),
  appear: fc.uniqueArray(fc.constantFrom(...places.filter((place) => !isStable(place))), { maxLength: 8 }),
  vanish: fc.uniqueArray(fc.constantFrom(...places.filter((place) => !isStable(place))), { maxLength: 8 }),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** A list that pages are taken from, and how rows get onto its places. */
interface List {
  insert(places: readonly number[]): Promise<unknown>;
  remove(places: readonly number[]): Promise<unknown>;
  placeOf(username: string): number | undefined;
  /** A query for the list under the name `list`. */
  query(args: string): string;
}

interface Page {
  readonly nodes: readonly { readonly username: string }[];
  readonly edges: readonly { readonly node: { readonly username: string }; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

const selection = `{
  nodes { username }
  edges { cursor node { username } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
}`;

let users: TestUsers;

before(async () => {
  users = await startUsers();
});
after(() => users.stop());

async function usersList(): Promise<List> {
  const uuids = new Map(places.map((place) => [place, orderedUuid(1_000_000 + place)]));
  return {
    insert: (added) =>
      users.sql(
        `INSERT INTO users (id, username, name, email, password_hash)
         SELECT id, 'place_' || place, 'needle', 'place_' || place || '@example.com', 'none'
         FROM unnest($1::uuid[], $2::int[]) AS new (id, place) ON CONFLICT DO NOTHING`,
        [added.map((place) => uuids.get(place)), added],
      ),
    remove: (removed) =>
      users.sql('DELETE FROM users WHERE id = ANY ($1::uuid[])', [removed.map((place) => uuids.get(place))]),
    placeOf: (username) => Number(username.slice('place_'.length)),
    query: (args) => `{ list: users(search: "needle", ${args}) ${selection} }`,
  };
}

/** Followers or followed accounts of one account, in an order of their own: not that of the accounts. */
async function followsList(field: 'followers' | 'following'): Promise<List> {
  const owner = await users.signUp(`the_${field}`);
  const accounts = await users.insertUsers(places.length, `${field}_`);
  const placed = places.map((place) => {
    const account = (place * 7) % places.length;
    return {
      follow: followId(field, place),
      account: accounts[account],
      username: `${field}_${account + 1}`,
    };
  });
  const placeOf = new Map(placed.map(({ username }, place) => [username, place]));
  const [of, shown] = field === 'followers' ? ['followee_id', 'follower_id'] : ['follower_id', 'followee_id'];
  return {
    insert: (added) =>
      users.sql(
        `INSERT INTO follows (id, ${of}, ${shown})
         SELECT id, $3, account FROM unnest($1::uuid[], $2::uuid[]) AS new (id, account) ON CONFLICT DO NOTHING`,
        [
          added.map((place) => placed[place]?.follow),
          added.map((place) => placed[place]?.account),
          owner.uuid,
        ],
      ),
    remove: (removed) =>
      users.sql('DELETE FROM follows WHERE id = ANY ($1::uuid[])', [
        removed.map((place) => placed[place]?.follow),
      ]),
    placeOf: (username) => placeOf.get(username),
    query: (args) => `{ owner: user(username: "the_${field}") { list: ${field}(${args}) ${selection} } }`,
  };
}

function followId(field: 'followers' | 'following', place: number): string {
  return orderedUuid((field === 'followers' ? 2_000_000 : 3_000_000) + place);
}

async function fetchPage(list: List, args: string): Promise<Page> {
  const { body } = await users.call(list.query(args));
  assert.equal(body.errors, undefined);
  return (body.data.owner ?? body.data).list;
}

/** Fetches page after page in one direction, with changes in between; gives the places seen, in the list's order. */
async function walk(
  list: List,
  direction: 'forward' | 'backward',
  changes: readonly Change[],
): Promise<(number | undefined)[]> {
  const seen: (number | undefined)[] = [];
  let cursor: string | null = null;
  for (let step = 0; ; step++) {
    const { size, appear, vanish } = changes[step % changes.length] ?? { size: 5, appear: [], vanish: [] };
    const from: string =
      cursor === null ? '' : `, ${direction === 'forward' ? 'after' : 'before'}: "${cursor}"`;
    const page = await fetchPage(list, `${direction === 'forward' ? 'first' : 'last'}: ${size}${from}`);
    const { pageInfo } = page;

    const names = page.nodes.map(({ username }) => username);
    assert.ok(names.length <= size);
    assert.deepEqual(
      page.edges.map(({ node }) => node.username),
      names,
    );
    assert.deepEqual(
      [pageInfo.startCursor, pageInfo.endCursor],
      [page.edges.at(0)?.cursor ?? null, page.edges.at(-1)?.cursor ?? null],
    );

    const shown = names.map((name) => list.placeOf(name));
    if (direction === 'forward') seen.push(...shown);
    else seen.unshift(...shown);
    cursor = direction === 'forward' ? pageInfo.endCursor : pageInfo.startCursor;
    const more = direction === 'forward' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
    if (!more) return seen;
    await list.remove(vanish);
    await list.insert(appear.filter((place) => !vanish.includes(place)));
  }
}

for (const [name, create] of Object.entries({
  users: usersList,
  followers: () => followsList('followers'),
  following: () => followsList('following'),
}))
  test(`paging ${name} either way shows what stays once and in order, while other rows come and go`, async () => {
    const list = await create();
    await list.insert(places.filter(isStable));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('forward' as const, 'backward' as const),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        async (direction, changes) => {
          const seen = await walk(list, direction, changes);
          assert.deepEqual(
            seen.filter((place) => place !== undefined && isStable(place)),
            stableLatestFirst,
          );
          assert.deepEqual(
            seen,
            [...new Set(seen)].sort((a = -1, b = -1) => b - a),
          );
        },
      ),
      { numRuns: 25 },
    );
  });

test('a page of no items has no cursors, and says whether there are any', async () => {
  const { nodes, edges, pageInfo } = await fetchPage(await usersList(), 'first: 0');
  assert.deepEqual([nodes, edges], [[], []]);
  assert.deepEqual(pageInfo, {
    hasNextPage: true,
    hasPreviousPage: false,
    startCursor: null,
    endCursor: null,
  });
});

test('a page between two cursors ends at the second', async () => {
  const list = await usersList();
  const { edges } = await fetchPage(list, 'first: 10');
  const [start, end] = [edges[2]?.cursor, edges[6]?.cursor];
  for (const size of ['first: 100', 'last: 100']) {
    const page = await fetchPage(list, `${size}, after: "${start}", before: "${end}"`);
    assert.deepEqual(page.edges, edges.slice(3, 6));
  }
});
