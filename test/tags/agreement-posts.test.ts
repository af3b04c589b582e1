import assert from 'node:assert/strict';
import { test } from 'node:test';
import { facts } from '../../subgraphs/posts/data/cache-tags.ts';
import { startPosts, userReference } from '../posts/support/posts-subgraph.ts';
import { findDisagreements, type Question } from './support/agreement.ts';
import { fieldsNotAskedFor } from './support/field-coverage.ts';
import { commentId, comments, people, personId, postId, posts, postsWorld } from './support/posts-world.ts';

const { ada, bob, cleo } = people;
const nobody = [null];
/** The author of a draft, and somebody else. */
const two = [ada, null];

const names = <Name extends string>(things: Readonly<Record<Name, string>>) => Object.keys(things) as Name[];
const allPosts = names(posts).map((name) => ({ __typename: 'Post', id: postId(name) }));
const allComments = names(comments).map((name) => ({ __typename: 'Comment', id: commentId(name) }));
const allPeople = names(people).map((name) => userReference(people[name], [bob, cleo]));

const roots = (viewers: Question['viewers'], ...fields: string[]): Question[] =>
  fields.map((field) => ({ query: `{ ${field} }`, viewers }));
const entities = (
  viewers: Question['viewers'],
  representations: readonly { __typename: string }[],
  ...fields: string[]
): Question[] =>
  fields.map((field) => ({
    query: `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${representations[0]?.__typename} { ${field} } } }`,
    representations,
    viewers,
  }));

/** One for each field or so: with more in it, an answer would hold tags of one field that make up for those missing of another. */
const questions: Question[] = [
  ...roots(
    two,
    ...['bees', 'plan', 'wasps'].map((slug) => `post(slug: "${slug}") { title }`),
    `post(id: "${postId('plan')}") { title }`,
  ),
  ...roots(
    nobody,
    'posts { nodes { slug } }',
    'posts(first: 1) { edges { cursor node { id } } }',
    'posts(last: 1) { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }',
    `posts(filter: { author: "${personId('ada')}" }) { nodes { id } }`,
    `posts(filter: { author: "${personId('cleo')}" }) { nodes { id } }`,
    `posts(filter: { author: "${personId('ada')}", tag: "insects" }) { nodes { id } }`,
    `posts(filter: { author: "${personId('ada')}", search: "hum" }) { nodes { id } }`,
    'posts(filter: { tag: "pets" }) { nodes { id } }',
    'posts(filter: { tag: "pets", search: "purr" }) { nodes { id } }',
    'posts(filter: { tag: "secret" }) { nodes { id } }',
    'posts(filter: { search: "hum" }) { nodes { id } }',
    'posts(filter: { search: "zebra" }) { nodes { id } }',
    'tags { nodes { name } }',
    'tags(search: "s", first: 1) { edges { cursor node { name } } pageInfo { hasNextPage } }',
    'tags(search: "p") { nodes { postCount } }',
    'tags(search: "p") { nodes { posts { nodes { id } } } }',
  ),
  ...entities(
    two,
    allPosts,
    'id slug title body excerpt status version createdAt updatedAt publishedAt author { id }',
    'tags { name }',
    'comments { nodes { id } }',
  ),
  ...entities(
    nobody,
    allPosts,
    'comments(first: 1) { edges { cursor node { id } } pageInfo { hasNextPage } }',
    'commentCount',
    'likeCount',
  ),
  ...entities([bob, cleo], allPosts, 'viewerHasLiked'),
  ...entities(two, allComments, 'id body createdAt author { id }', 'post { title }'),
  ...entities(
    nobody,
    allPeople,
    'id',
    'postCount',
    'posts { nodes { id } }',
    'posts(first: 1) { pageInfo { hasNextPage } }',
  ),
  ...entities(
    [ada, cleo],
    allPeople,
    'drafts { nodes { id } }',
    'drafts(first: 1) { pageInfo { hasNextPage } }',
    'feed { nodes { id } }',
  ),
];

const later = (column: string) => [`${column} + interval '1 year'`];
const uuid = "'00000000-0000-7000-8009-000000000001'";

const values = {
  'posts.id': [uuid],
  'posts.author_id': [`'${bob}'`, `'${cleo}'`, 'NULL'],
  'posts.slug': ["'wasps'", "slug || '-2'"],
  'posts.title': ["'Zebra'"],
  'posts.body': ["'A zebra hums.'"],
  // With its companion, below.
  'posts.status': [
    "CASE WHEN status = 'draft' THEN 'published' ELSE 'draft' END::post_status, published_at = CASE WHEN status = 'draft' THEN timestamptz '2026-02-01' END",
  ],
  'posts.version': ['version + 1'],
  'posts.created_at': later('created_at'),
  'posts.updated_at': later('updated_at'),
  'posts.published_at': later('published_at'),
  'post_tags.post_id': [`'${posts.ghost}'`, `'${posts.plan}'`, `'${posts.cats}'`],
  'post_tags.tag': ["'unused'", "'pets'"],
  'post_tags.position': ['5 - position'],
  // A trigger puts it right at once.
  'post_tags.published_at': ['NULL'],
  'tags.name': ["'renamed'"],
  'comments.id': [uuid],
  'comments.post_id': [`'${posts.cats}'`, `'${posts.plan}'`],
  'comments.author_id': [`'${cleo}'`, 'NULL'],
  'comments.body': ["'Other.'"],
  'comments.created_at': later('created_at'),
  'likes.post_id': [`'${posts.ghost}'`],
  'likes.user_id': [`'${cleo}'`],
  'likes.created_at': later('created_at'),
  'post_counters.post_id': [`'${posts.ghost}'`],
  'post_counters.like_count': ['like_count + 1'],
  'post_counters.comment_count': ['comment_count + 1'],
  'author_counters.author_id': [`'${cleo}'`],
  'author_counters.post_count': ['post_count + 1'],
  'tag_counters.tag': ["'unused'"],
  'tag_counters.post_count': ['post_count + 1', '0'],
};

const statements = [
  `INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
   VALUES (${uuid}, '${bob}', 'wasps', 'Zebra', 'Hum.', 'published', '2026-02-01')`,
  `WITH written AS (INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
   VALUES (${uuid}, '${bob}', 'wasps', 'Zebra', 'Hum.', 'published', '2026-02-01') RETURNING id)
   INSERT INTO post_tags (post_id, tag, position) SELECT id, 'secret', 0 FROM written`,
  `INSERT INTO posts (id, author_id, slug, title, body) VALUES (${uuid}, '${ada}', 'wasps', 'Zebra', 'Hum.')`,
  "INSERT INTO post_tags (post_id, tag, position) SELECT id, 'secret', 7 FROM posts WHERE status = 'published'",
  `INSERT INTO comments (id, post_id, body) VALUES (${uuid}, '${posts.ghost}', 'First.')`,
  `INSERT INTO likes (post_id, user_id) VALUES ('${posts.ghost}', '${cleo}')`,
  `UPDATE posts SET author_id = '${cleo}', slug = 'other-' || slug, title = 'Zebra'`,
  'DELETE FROM posts',
  "DELETE FROM post_tags WHERE tag = 'pets'",
  // Above 256 rows a statement names types.
  `INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
   SELECT gen_random_uuid(), '${cleo}', 'wasps-' || n, 'Zebra', 'Hum.', 'published', '2026-02-01' FROM generate_series(1, 257) AS n`,
  `INSERT INTO likes (post_id, user_id) SELECT '${posts.cats}', gen_random_uuid() FROM generate_series(1, 300)`,
  `INSERT INTO comments (id, post_id, body) SELECT gen_random_uuid(), '${posts.cats}', 'Same.' FROM generate_series(1, 300)`,
];

test('every field that a query can reach is asked for', async () => {
  const schemaFile = new URL('../../subgraphs/posts/schema.graphql', import.meta.url);
  assert.deepEqual(
    await fieldsNotAskedFor(
      schemaFile,
      questions.map(({ query }) => query),
    ),
    [],
  );
});

/** Thousands of requests: half a minute of a core, where it has one for itself. */
const timeout = 300_000;

test('whatever changes in the posts database, every answer that changes with it is invalidated', {
  timeout,
}, async () => {
  await using subgraph = await startPosts();
  await subgraph.database.query(postsWorld);
  const { stale, leaked, unchanged, needed, differences } = await findDisagreements({
    database: subgraph.database,
    client: { call: (query, variables, viewer) => subgraph.call(viewer?.subject ?? null, query, variables) },
    exempt: {
      deleted_accounts: 'read by writes only, to refuse them',
      idempotency_keys: 'read by writes only, to do nothing twice',
    },
    questions,
    values,
    statements,
  });
  assert.deepEqual(stale, [], stale.join('\n\n'));
  assert.deepEqual(leaked, []);
  assert.deepEqual(unchanged, []);
  assert(differences > 1_000, `${differences} answers changed`);
  const families = Object.values(facts).map((fact) => (typeof fact === 'string' ? fact : fact('')));
  assert.deepEqual(
    families.filter((family) => !needed.has(family)),
    [],
  );
});
