import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newPerson, type PostsUnderTest, startPosts } from './support/posts-subgraph.ts';

let posts: PostsUnderTest;
const author = newPerson();
before(async () => {
  posts = await startPosts();
});
after(() => posts[Symbol.asyncDispose]());

const post =
  'post { slug title body status version tags { name } createdAt updatedAt publishedAt author { id } }';

test('a new post is a draft at version 1, with its tags in the order given', async () => {
  const answer = await create({ title: ' Spaced ', body: 'Text', tags: ['b', 'a-1', 'b'] });
  assert.deepEqual(answer.userErrors, []);
  const { createdAt, updatedAt, author: writer, ...rest } = answer.post;
  assert.deepEqual(rest, {
    slug: 'spaced',
    title: 'Spaced',
    body: 'Text',
    status: 'DRAFT',
    version: 1,
    tags: [{ name: 'b' }, { name: 'a-1' }],
    publishedAt: null,
  });
  assert.equal(createdAt, updatedAt);
  assert.equal(typeof writer.id, 'string');
});

test('everything that is wrong with a post is said at once, and nothing is written', async () => {
  const { rows: before } = await posts.database.query('SELECT count(*) FROM posts');
  const answer = await create({
    title: '',
    body: 'x'.repeat(100_001),
    tags: Array.from({ length: 11 }, (_, n) => `Tag ${n}`),
    slug: 'Not A Slug',
  });
  assert.deepEqual(answer, {
    post: null,
    userErrors: ['title', 'body', 'tags', 'tags', 'slug'].map((field) => ({
      code: 'INVALID',
      field: ['input', field],
    })),
  });
  const { rows: after } = await posts.database.query('SELECT count(*) FROM posts');
  assert.deepEqual(after, before);
});

const longest = 'x'.repeat(40);
for (const tag of ['', 'Upper', 'a b', '-a', 'a-', 'a--b', 'ä', 'a\0', `${longest}x`, '%', "'; --"])
  test(`${JSON.stringify(tag)} is no tag`, async () => {
    const { userErrors } = await create({ title: 'T', body: '', tags: ['fine', tag] });
    assert.deepEqual(userErrors, [{ code: 'INVALID', field: ['input', 'tags'] }]);
  });

test('lengths are counted in characters, and the longest of everything fits', async () => {
  const { userErrors, post } = await create({
    title: '🙂'.repeat(200),
    body: '🙂'.repeat(100_000),
    tags: [longest, ...'abcdefghi'],
    slug: 's'.repeat(200),
  });
  assert.deepEqual(userErrors, []);
  assert.equal(post.body.length, 200_000);
});

test('a body of 100000 characters is found by its words, however many there are', async () => {
  const bodies = [
    Array.from({ length: 16_000 }, (_, n) => n.toString(36).padStart(5, 'q')).join(' '),
    Array.from({ length: 12_000 }, (_, n) => `a${n.toString(36)}-b`)
      .join('/')
      .slice(0, 100_000),
    Array.from({ length: 33_000 }, (_, n) => String.fromCodePoint(0x20000 + n, 0x20001 + n)).join(' '),
    `http://${'𠀀.'.repeat(49_000)}com/`,
  ];
  for (const body of bodies) assert.deepEqual((await create({ title: 'Long', body })).userErrors, []);
});

test('a slug that is given and taken is TAKEN', async () => {
  const first = await create({ title: 'T', body: '', slug: 'my-slug' });
  assert.equal(first.post.slug, 'my-slug');
  assert.deepEqual(await create({ title: 'T', body: '', slug: 'my-slug' }), {
    post: null,
    userErrors: [{ code: 'TAKEN', field: ['input', 'slug'] }],
  });
});

test('posts of the same title get different slugs, though written at once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => create({ title: 'Same title', body: '', tags: ['same', 'new'] })),
  );
  const slugs = answers.map((answer) => answer.post.slug);
  assert.equal(new Set(slugs).size, 12);
  assert.equal(slugs.filter((slug) => slug === 'same-title').length, 1);
  for (const slug of slugs) assert.match(slug, /^same-title(-[0-9a-f]{8})?$/);
});

test('of many who want one slug at once, one gets it', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => create({ title: 'T', body: '', slug: 'wanted' })),
  );
  assert.equal(answers.filter((answer) => answer.post?.slug === 'wanted').length, 1);
  assert.equal(answers.filter(({ userErrors }) => userErrors[0]?.code === 'TAKEN').length, 7);
});

test('an edit changes what it names, and the version; never the slug or the dates of others', async () => {
  const id = await posts.writePost(author, { title: 'Before', body: 'Body', tags: ['x', 'y'] });
  const created = await read(id);
  const { post: retitled } = await update(id, 1, { title: ' After ' });
  assert.deepEqual(retitled, {
    ...created,
    title: 'After',
    version: 2,
    updatedAt: retitled.updatedAt,
  });
  assert(retitled.updatedAt > created.updatedAt);
  const { post: retagged } = await update(id, 2, { tags: ['z', 'x'], title: null });
  assert.deepEqual(
    [retagged.title, retagged.version, retagged.tags],
    ['After', 3, [{ name: 'z' }, { name: 'x' }]],
  );
  const { post: untagged } = await update(id, 3, { tags: [] });
  assert.deepEqual(untagged.tags, []);
});

test('an edit of a version that is no more is a CONFLICT, and shows the post as it is', async () => {
  const id = await posts.writePost(author, { title: 'One' });
  await update(id, 1, { title: 'Two' });
  for (const version of [1, 0, -1, 3, 2_147_483_647]) {
    const answer = await update(id, version, { title: 'Lost', tags: ['lost'] });
    assert.deepEqual(answer.userErrors, [{ code: 'CONFLICT', field: ['input', 'expectedVersion'] }]);
    assert.deepEqual([answer.post.title, answer.post.version, answer.post.tags], ['Two', 2, []]);
  }
  assert.equal((await update(id, 2, { title: 'Three' })).post.title, 'Three');
});

test('of concurrent edits of one version exactly one is done', async () => {
  const id = await posts.writePost(author);
  for (let version = 1; version <= 5; version++) {
    const titles = ['A', 'B', 'C', 'D'].map((letter) => `${letter}${version}`);
    const answers = await Promise.all(
      titles.map((title) => update(id, version, { title, tags: [title.toLowerCase()] })),
    );
    const done = answers.filter(({ userErrors }) => userErrors.length === 0);
    assert.equal(done.length, 1);
    for (const { userErrors, post } of answers) {
      if (userErrors.length > 0) assert.equal(userErrors[0].code, 'CONFLICT');
      assert.deepEqual([post.title, post.version], [done[0].post.title, version + 1]);
    }
    assert.deepEqual((await read(id)).tags, [{ name: done[0].post.title.toLowerCase() }]);
  }
});

test('a bad edit is INVALID and changes nothing', async () => {
  const id = await posts.writePost(author);
  const before = await read(id);
  const answer = await update(id, 1, { title: 'x'.repeat(201), tags: ['No'], body: '\0' });
  assert.deepEqual(
    answer.userErrors.map(({ field }: { field: string[] }) => field[1]),
    ['title', 'body', 'tags'],
  );
  assert.deepEqual(await read(id), before);
});

test('publishing and unpublishing twice is fine, and is no edit', async () => {
  const id = await posts.writePost(author, { draft: true, tags: ['topic'] });
  const draft = await read(id);
  const published = (await posts.mutate(author, 'publishPost', { id }, post)).post;
  assert.deepEqual(published, { ...draft, status: 'PUBLISHED', publishedAt: published.publishedAt });
  assert.notEqual(published.publishedAt, null);
  assert.deepEqual((await posts.mutate(author, 'publishPost', { id }, post)).post, published);
  for (let time = 0; time < 2; time++)
    assert.deepEqual((await posts.mutate(author, 'unpublishPost', { id }, post)).post, draft);
});

test('a deleted post is gone for good, with its comments and likes', async () => {
  const id = await posts.writePost(author, { tags: ['deleted'] });
  const commentId = await posts.writeComment(newPerson(), id);
  await posts.mutate(author, 'likePost', { postId: id }, '');
  assert.deepEqual(await posts.mutate(author, 'deletePost', { id }, 'deletedPostId'), {
    deletedPostId: id,
    userErrors: [],
  });
  assert.deepEqual(await posts.mutate(author, 'deletePost', { id }, 'deletedPostId'), {
    deletedPostId: null,
    userErrors: [{ code: 'NOT_FOUND', field: ['input', 'id'] }],
  });
  const { _entities, tags } = await posts.ask(
    author,
    `query($r: [_Any!]!) {
      _entities(representations: $r) { __typename }
      tags(search: "deleted") { nodes { name } }
    }`,
    {
      r: [
        { __typename: 'Post', id },
        { __typename: 'Comment', id: commentId },
      ],
    },
  );
  assert.deepEqual([_entities, tags.nodes], [[null, null], []]);
});

test('writers who meet on the same tags in another order all succeed', async () => {
  const tags = ['left', 'right', 'up', 'down'];
  const writers = await Promise.all(
    Array.from({ length: 6 }, async (_, n) => {
      const person = n < 3 ? author : newPerson();
      return { person, id: await posts.writePost(person, { tags: rotated(tags, n) }) };
    }),
  );
  await Promise.all(
    writers.map(async ({ person, id }, n) => {
      for (let version = 1; version <= 8; version++) {
        const input = { id, expectedVersion: version, tags: rotated(tags, n + version).slice(0, 2) };
        assert.deepEqual((await posts.mutate(person, 'updatePost', input, '')).userErrors, []);
        const mutation = version % 2 === 1 ? 'unpublishPost' : 'publishPost';
        assert.deepEqual((await posts.mutate(person, mutation, { id }, '')).userErrors, []);
      }
    }),
  );
  const { rows } = await posts.database.query(
    `SELECT tag, post_count AS counted,
       (SELECT count(*)::int FROM post_tags JOIN posts ON posts.id = post_id
        WHERE post_tags.tag = tag_counters.tag AND status = 'published') AS actual
     FROM tag_counters WHERE tag = ANY ($1)`,
    [tags],
  );
  for (const { tag, counted, actual } of rows) assert.equal(counted, actual, tag);
});

function create(input: Record<string, unknown>) {
  return posts.mutate(author, 'createPost', input, post);
}

function update(id: string, expectedVersion: number, edit: Record<string, unknown>) {
  return posts.mutate(author, 'updatePost', { id, expectedVersion, ...edit }, post);
}

async function read(id: string) {
  return (await posts.ask(author, `query($id: ID) { ${post.replace('post', 'post(id: $id)')} }`, { id }))
    .post;
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
