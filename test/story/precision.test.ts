import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withClient } from '../support/databases.ts';
import { until } from '../support/poll.ts';
import { startSupergraph, type TestSupergraph } from '../support/supergraph.ts';
import { type Answer, ask, type Person, signUpWithSecrets } from './support/secrets.ts';

/** A write removes the answers that depend on it, and leaves all others where they are. */

let supergraph: TestSupergraph;
let ada: Person;
let bob: Person;

before(async () => {
  supergraph = await startSupergraph();
  const [first, second] = await signUpWithSecrets(supergraph.url, ['ada', 'bob']);
  assert(first && second);
  [ada, bob] = [first, second];
});
after(() => supergraph[Symbol.asyncDispose]());

interface Question {
  readonly query: string;
  readonly viewer?: Person;
}

const askFor = ({ query, viewer }: Question) => ask(supergraph.url, query, viewer?.token);

/** Asks until the answer comes from the cache. */
const keep = (question: Question): Promise<Answer> =>
  until('a hit', async () => {
    const answer = await askFor(question);
    return answer.isHit ? answer : undefined;
  });

/** Does a write, and says of each answer that was in the cache whether it stayed there, and what is answered now. */
async function stateAfter(questions: Readonly<Record<string, Question>>, write: () => Promise<unknown>) {
  for (const question of Object.values(questions)) await keep(question);
  await write();
  const left: string[] = [];
  const texts: Record<string, string> = {};
  for (const [name, question] of Object.entries(questions)) {
    const { isHit, text } = await askFor(question);
    if (isHit) left.push(name);
    texts[name] = text;
  }
  return { left, texts };
}

async function mutate(
  { token }: Person,
  mutation: string,
  input: string,
  selection = '',
): Promise<Answer['data']> {
  const field = `${mutation}(input: { ${input} }) { ${selection} userErrors { message } }`;
  const { data } = await ask(supergraph.url, `mutation { ${field} }`, token);
  assert.deepEqual(data[mutation].userErrors, []);
  return data[mutation];
}

async function write(author: Person, input: string): Promise<string> {
  return (await mutate(author, 'createPost', input, 'post { id }')).post.id;
}

const sql = (database: 'users' | 'posts', ...statements: string[]) =>
  withClient(supergraph[`${database}Database`].url, async (client) => {
    for (const statement of statements) await client.query(statement);
  });

test('a thousand likes leave the titles of posts in the cache, and are counted', async () => {
  const titles = { query: '{ posts { nodes { title body author { name } } } }' };
  const own = { query: '{ posts { nodes { viewerHasLiked } } }', viewer: bob };
  const like = "INSERT INTO likes SELECT id, gen_random_uuid() FROM posts WHERE slug = 'by-ada'";
  const count = { query: `{ post(id: "${ada.publicPost}") { likeCount } }` };
  const { likeCount } = (await keep(count)).data.post;
  const { left } = await stateAfter({ titles, own }, async () => {
    await sql('posts', ...Array.from({ length: 1_000 }, () => like));
    await mutate(ada, 'likePost', `postId: "${ada.publicPost}"`);
    await until('all to be counted', async () =>
      (await askFor(count)).data.post.likeCount === likeCount + 1_001 ? true : undefined,
    );
  });
  assert.deepEqual(left, ['titles', 'own']);
});

test('an update that changes nothing a list filters or sorts by leaves the list alone', async () => {
  const older = await write(bob, 'title: "Older", body: "Of lions.", slug: "older", tags: ["cats"]');
  await mutate(bob, 'publishPost', `id: "${older}"`);
  // A page looks at one post more than it shows.
  for (const title of ['Behind', 'Newer', 'Newest'])
    await mutate(
      bob,
      'publishPost',
      `id: "${await write(bob, `title: "${title}", body: "x", tags: ["cats"]`)}"`,
    );
  const page = '(first: 2) { nodes { title tags { name } } pageInfo { endCursor } }';
  const questions = {
    all: { query: `{ posts${page} }` },
    byAuthor: { query: `{ user(username: "bob") { postCount posts${page} } }` },
    byTag: { query: `{ posts(filter: { tag: "cats" }, first: 2) { nodes { title } } }` },
    tags: { query: '{ tags { nodes { name postCount } } }' },
    drafts: { query: '{ me { drafts { nodes { title } } } }', viewer: bob },
    // Of every published post, found or not, the words may have changed.
    search: { query: '{ posts(filter: { search: "tigers" }) { nodes { title } } }' },
    itself: { query: `{ post(id: "${older}") { body } }` },
  };
  const { left, texts } = await stateAfter(questions, () =>
    mutate(bob, 'updatePost', `id: "${older}", expectedVersion: 1, body: "Of tigers."`),
  );
  assert.deepEqual(left, ['all', 'byAuthor', 'byTag', 'tags', 'drafts']);
  assert.match(texts.search ?? '', /Older/);
  assert.match(texts.itself ?? '', /tigers/);
});

test('a publication and a new tag reach the lists on both sides, and no others', async () => {
  const id = await write(ada, 'title: "Moves", body: "x", tags: ["from"]');
  const questions = {
    drafts: { query: '{ me { drafts { nodes { title } } } }', viewer: ada },
    all: { query: '{ posts { nodes { title } } }' },
    byAuthor: { query: '{ user(username: "ada") { posts { nodes { title } } } }' },
    from: { query: '{ posts(filter: { tag: "from" }) { nodes { title } } }' },
    to: { query: '{ posts(filter: { tag: "to" }) { nodes { title } } }' },
    otherAuthor: { query: '{ user(username: "bob") { posts { nodes { title } } } }' },
    otherDrafts: { query: '{ me { drafts { nodes { title } } } }', viewer: bob },
    otherTag: { query: '{ posts(filter: { tag: "news" }) { nodes { title } } }' },
  };
  const shown = (texts: Record<string, string>) =>
    Object.keys(texts).filter((name) => texts[name]?.includes('"Moves"'));
  const others = ['otherAuthor', 'otherDrafts', 'otherTag'];

  const published = await stateAfter(questions, () => mutate(ada, 'publishPost', `id: "${id}"`));
  assert.deepEqual(published.left, ['to', ...others]);
  assert.deepEqual(shown(published.texts), ['all', 'byAuthor', 'from']);

  const retagged = await stateAfter(questions, () =>
    mutate(ada, 'updatePost', `id: "${id}", expectedVersion: 1, tags: ["to"]`),
  );
  for (const name of ['drafts', ...others]) assert(retagged.left.includes(name), name);
  assert.deepEqual(shown(retagged.texts), ['all', 'byAuthor', 'to']);

  const hidden = await stateAfter(questions, () => mutate(ada, 'unpublishPost', `id: "${id}"`));
  assert.deepEqual(hidden.left, ['from', ...others]);
  assert.deepEqual(shown(hidden.texts), ['drafts']);
});

test('the feed of someone who follows a thousand depends on what these write, and nobody else', async () => {
  const author = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
  await sql(
    'users',
    `INSERT INTO users (id, username, name, email, password_hash)
     SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'user_' || n, 'N', 'n' || n || '@example.com', 'x'
     FROM generate_series(1, 1030) AS n`,
    `INSERT INTO follows (id, follower_id, followee_id)
     SELECT gen_random_uuid(), (SELECT id FROM users WHERE username = 'bob'), id FROM users
     WHERE username LIKE 'user%' AND id <= '${author(1_000)}'`,
  );
  const feed = { query: '{ me { feed(first: 3) { nodes { title author { username } } } } }', viewer: bob };
  const latest = { query: '{ posts(first: 1) { nodes { title } } }' };
  const publish = async (title: string, n: number) => {
    await sql(
      'posts',
      `INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
       VALUES (gen_random_uuid(), '${author(n)}', lower('${title}'), '${title}', 'x', 'published', clock_timestamp())`,
    );
    await until('it to be seen', async () => (await askFor(latest)).text.includes(title) || undefined);
  };
  await publish('Followed-1', 1);
  // Or the accounts and follows could be told of when the feed is kept already.
  await until('all to be published', () =>
    withClient(supergraph.usersDatabase.url, async (client) => {
      const { rowCount } = await client.query('SELECT FROM cache_outbox LIMIT 1');
      return rowCount === 0 || undefined;
    }),
  );
  await until('the feed', async () => (await keep(feed)).text.includes('Followed-1') || undefined);
  for (let stranger = 1_001; stranger <= 1_030; stranger += 1) {
    await publish(`Stranger-${stranger}`, stranger);
    assert((await askFor(feed)).isHit, `a post of stranger ${stranger}`);
  }
  for (const followed of [1, 500, 1_000]) {
    await publish(`By-${followed}`, followed);
    assert.match((await askFor(feed)).text, new RegExp(`"By-${followed}"`));
  }
});

test('search results change with the words of posts and names of accounts, not with what is said of them', async () => {
  const id = await write(ada, 'title: "Zebras", body: "x"');
  await mutate(ada, 'publishPost', `id: "${id}"`);
  const questions = {
    posts: { query: '{ posts(filter: { search: "zebra" }) { nodes { title } } }' },
    users: { query: '{ users(search: "lovelace") { nodes { username } } }' },
  };
  const talk = await stateAfter(questions, async () => {
    await mutate(bob, 'likePost', `postId: "${id}"`);
    await mutate(bob, 'addComment', `postId: "${id}", body: "Zebras!"`);
  });
  assert.deepEqual(talk.left, ['posts', 'users']);
  const found = await stateAfter(questions, async () => {
    await mutate(ada, 'updatePost', `id: "${ada.publicPost}", expectedVersion: 1, body: "A zebra."`);
    await mutate(ada, 'updateProfile', 'name: "Ada Lovelace"');
  });
  assert.deepEqual(found.left, []);
  assert.match(found.texts.posts ?? '', /By ada/);
  assert.match(found.texts.users ?? '', /"ada"/);
});
