import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toGlobalId } from '../../platform/global-id.ts';
import { createRandom } from '../../prisma/seed/random.ts';
import { seed } from '../../prisma/seed/seed.ts';
import { withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { startSupergraph, type TestSupergraph } from '../support/supergraph.ts';

/**
 * Random writes, through GraphQL and by SQL straight into both databases, against random reads: once a write is acknowledged, what
 * the cache answers is what is answered without it, byte for byte. ORACLE_SEED replays a failure, ORACLE_STEPS plays longer.
 */
const seedText = process.env.ORACLE_SEED ?? 'supergraph';
const steps = Number(process.env.ORACLE_STEPS ?? 30);
const readsPerStep = 10;
const random = createRandom(seedText);

let supergraph: TestSupergraph;
const viewers: (string | undefined)[] = [undefined];
before(async () => {
  supergraph = await startSupergraph();
  await seed({
    usersUrl: supergraph.usersDatabase.url,
    postsUrl: supergraph.postsDatabase.url,
    users: 6,
    posts: 20,
    notEmpty: 'refuse',
  });
  for (const login of ['ada', 'grace', 'edsger']) {
    const { data } = JSON.parse(
      await ask(
        `mutation { logIn(input: { login: "${login}", password: "correct horse battery" }) { session { accessToken } } }`,
      ),
    );
    viewers.push(data.logIn.session.accessToken);
  }
});
after(() => supergraph[Symbol.asyncDispose]());

async function ask(query: string, viewer?: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(supergraph.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(viewer === undefined ? {} : { authorization: `Bearer ${viewer}` }),
      ...headers,
    },
    body: JSON.stringify({ query }),
  });
  hits += response.headers.get('cache-status')?.includes('hit') ? 1 : 0;
  return response.text();
}
let hits = 0;

const page = () => random.pick(['first: 2', 'first: 5', 'last: 3', 'first: 0', 'first: 50']);
const account = () => random.pick(['ada', 'grace', 'edsger', 'user_3', 'user_4', 'user_5', 'nobody']);
const tag = () => random.pick(['graphql', 'postgresql', 'typescript', 'caching', 'new-tag']);
const word = () => random.pick(['cache', 'planner', 'query', 'lock', 'changed', 'zebra']);
const postFields = () =>
  random.pick([
    'title',
    'title body excerpt version status updatedAt publishedAt',
    'likeCount commentCount',
    'viewerHasLiked likeCount',
    'tags { name postCount }',
    'author { name bio }',
    `comments(${page()}) { nodes { body author { username name } post { title } } pageInfo { hasNextPage } }`,
    '...Fields',
  ]);
const userFields = () =>
  random.pick([
    'name bio avatarUrl',
    'followerCount followingCount',
    'viewerIsFollowing',
    'email',
    'postCount',
    `followers(${page()}) { nodes { username name } }`,
    `following(${page()}) { nodes { username followerCount } pageInfo { hasNextPage hasPreviousPage } }`,
    `posts(${page()}) { nodes { ${postFields()} } }`,
    `drafts(${page()}) { nodes { title } }`,
    `feed(${page()}) { nodes { title author { username } ${postFields()} } }`,
  ]);

/** A query of any root field, with aliases and fragments. */
function randomQuery(slugs: readonly string[], ids: readonly string[]): string {
  const slug = () => (slugs.length === 0 ? 'none' : slugs[random.below(slugs.length)]);
  const id = () => (ids.length === 0 ? 'none' : ids[random.below(ids.length)]);
  const field = () =>
    random.pick([
      () => `me { id ${userFields()} ${userFields()} }`,
      () => `user(username: "${account()}") { id ${userFields()} }`,
      () => `users(${page()}) { nodes { username ${userFields()} } }`,
      () =>
        `users(search: "${random.pick(['ad', 'changed', 'er', 'user'])}", ${page()}) { nodes { username name } }`,
      () => `post(slug: "${slug()}") { id ${postFields()} ${postFields()} }`,
      () => `post(id: "${id()}") { slug ${postFields()} }`,
      () => `posts(${page()}) { nodes { slug ${postFields()} } pageInfo { endCursor hasNextPage } }`,
      () => `posts(filter: { tag: "${tag()}" }, ${page()}) { nodes { slug ${postFields()} } }`,
      () => `posts(filter: { search: "${word()}" }, ${page()}) { nodes { slug title } }`,
      () => `tags(${page()}) { nodes { name postCount posts(${page()}) { nodes { title } } } }`,
      () => `node(id: "${id()}") { id ... on Post { title status ${postFields()} } }`,
    ])();
  const body = random.next() < 0.3 ? `a: ${field()} b: ${field()}` : `x: ${field()}`;
  return body.includes('...Fields')
    ? `{ ${body} } fragment Fields on Post { title likeCount author { name } }`
    : `{ ${body} }`;
}

interface Write {
  readonly text: string;
  /** Whether its reply acknowledges that it is out; SQL has nobody to do that. */
  readonly acknowledged: boolean;
  run(): Promise<unknown>;
}

function randomWrite(ids: readonly string[]): Write {
  const viewer = viewers[1 + random.below(3)];
  const id = ids.length === 0 ? 'none' : (ids[random.below(ids.length)] ?? 'none');
  const mutate = (field: string): Write => ({
    text: field,
    acknowledged: true,
    run: () => ask(`mutation { ${field} }`, viewer),
  });
  const sql = (database: 'users' | 'posts', text: string): Write => ({
    text,
    acknowledged: false,
    run: () =>
      withClient(
        database === 'users' ? supergraph.usersDatabase.url : supergraph.postsDatabase.url,
        (client) => client.query(text),
      ),
  });
  const n = random.below(1_000_000);
  const onePost = 'id = (SELECT id FROM posts ORDER BY md5(id::text) LIMIT 1 OFFSET';
  return random.pick([
    () =>
      mutate(
        `createPost(input: { title: "Changed ${n}", body: "zebra", tags: ["${tag()}"] }) { post { id } }`,
      ),
    () => mutate(`publishPost(input: { id: "${id}" }) { userErrors { code } }`),
    () => mutate(`unpublishPost(input: { id: "${id}" }) { userErrors { code } }`),
    () =>
      mutate(
        `updatePost(input: { id: "${id}", expectedVersion: 1, title: "Changed ${n}", tags: ["${tag()}", "graphql"] }) { userErrors { code } }`,
      ),
    () => mutate(`deletePost(input: { id: "${id}" }) { userErrors { code } }`),
    () => mutate(`likePost(input: { postId: "${id}" }) { userErrors { code } }`),
    () => mutate(`unlikePost(input: { postId: "${id}" }) { userErrors { code } }`),
    () => mutate(`addComment(input: { postId: "${id}", body: "Comment ${n}" }) { userErrors { code } }`),
    () => mutate(`updateProfile(input: { name: "Changed ${n}", bio: "Bio ${n}" }) { userErrors { code } }`),
    () => sql('users', `UPDATE users SET name = 'Changed ${n}' WHERE username = '${account()}'`),
    () => sql('users', 'DELETE FROM follows WHERE id = (SELECT id FROM follows ORDER BY id LIMIT 1)'),
    () =>
      sql(
        'users',
        `INSERT INTO follows (id, follower_id, followee_id) SELECT gen_random_uuid(), a.id, b.id FROM users a, users b
         WHERE a.username = '${account()}' AND b.username = 'user_4' AND a.id <> b.id ON CONFLICT DO NOTHING`,
      ),
    () =>
      sql(
        'posts',
        `UPDATE posts SET title = 'Changed ${n}', body = 'zebra' WHERE ${onePost} ${random.below(15)})`,
      ),
    () =>
      sql(
        'posts',
        `UPDATE posts SET status = 'published', published_at = now() WHERE ${onePost} ${random.below(15)}) AND status = 'draft'`,
      ),
    () =>
      sql(
        'posts',
        `UPDATE posts SET status = 'draft', published_at = NULL WHERE ${onePost} ${random.below(15)})`,
      ),
    () =>
      sql(
        'posts',
        `DELETE FROM post_tags WHERE post_id = (SELECT post_id FROM post_tags ORDER BY 1 LIMIT 1)`,
      ),
    () => sql('posts', 'DELETE FROM comments WHERE id = (SELECT id FROM comments ORDER BY id LIMIT 1)'),
    () =>
      sql(
        'posts',
        'UPDATE comments SET body = body || $$!$$ WHERE id = (SELECT id FROM comments ORDER BY id DESC LIMIT 1)',
      ),
    () => sql('posts', 'DELETE FROM likes WHERE post_id = (SELECT post_id FROM likes ORDER BY 1 LIMIT 1)'),
    () => sql('posts', `DELETE FROM posts WHERE ${onePost} ${random.below(15)})`),
    () => sql('posts', 'TRUNCATE likes'),
  ])();
}

test('after every acknowledged write the cache answers what is answered without it', async () => {
  let compared = 0;
  for (let step = 0; step < steps; step += 1) {
    const { rows } = await withClient(supergraph.postsDatabase.url, (client) =>
      client.query<{ slug: string; id: string }>('SELECT slug, id FROM posts ORDER BY id DESC LIMIT 12'),
    );
    const slugs = rows.map(({ slug }) => slug);
    const ids = rows.map(({ id }) => toGlobalId('Post', id));
    const reads = Array.from({ length: readsPerStep }, () => ({
      query: randomQuery(slugs, ids),
      viewer: viewers[random.below(viewers.length)],
    }));
    // In the cache before the write.
    for (const { query, viewer } of reads) await ask(query, viewer);
    const write = randomWrite(ids);
    await write.run();
    for (const { query, viewer } of reads) {
      const compare = async () => {
        const cached = await ask(query, viewer);
        const uncached = await ask(query, viewer, { 'cache-control': 'no-store' });
        assert.equal(cached, uncached, `seed ${seedText}, step ${step}\n${write.text}\n${query}`);
        return true;
      };
      // Of a line typed into psql the cache hears within moments; of a mutation before its reply.
      await (write.acknowledged ? compare() : until('the cache to hear of it', compare, 2_000));
      compared += 1;
    }
  }
  assert.equal(compared, steps * readsPerStep);
  // It did compare answers of the cache.
  assert(hits > compared / 5, `${hits} hits in ${compared} comparisons`);
});
