import type { Client } from 'pg';
import { bulkInsert } from './bulk-insert.ts';
import { momentOf, personId } from './people.ts';
import { createRandom, type Random, uuidOf } from './random.ts';
import { clause, paragraph, tagNames } from './text.ts';

const commentsPerPost = 2;
const likesPerPost = 4;
const draftShare = 0.1;

interface SeedPost {
  readonly index: number;
  readonly id: string;
  readonly random: Random;
  readonly createdAt: Date;
}

/** Fills the posts database: few authors write most, few posts get most comments and likes. */
export async function seedPosts(
  client: Client,
  { users, posts }: { users: number; posts: number },
): Promise<Record<string, number>> {
  await bulkInsert(
    client,
    'tags',
    [['name', 'text']],
    tagNames.map((name) => [name]),
  );
  return {
    posts: await bulkInsert(
      client,
      'posts',
      [
        ['id', 'uuid'],
        ['author_id', 'uuid'],
        ['slug', 'text'],
        ['title', 'text'],
        ['body', 'text'],
        ['status', 'post_status'],
        ['created_at', 'timestamptz'],
        ['updated_at', 'timestamptz'],
        ['published_at', 'timestamptz'],
      ],
      postRows(users, posts),
    ),
    'post tags': await bulkInsert(
      client,
      'post_tags',
      [
        ['post_id', 'uuid'],
        ['tag', 'text'],
        ['position', 'smallint'],
      ],
      postTagRows(posts),
    ),
    comments: await bulkInsert(
      client,
      'comments',
      [
        ['id', 'uuid'],
        ['post_id', 'uuid'],
        ['author_id', 'uuid'],
        ['body', 'text'],
        ['created_at', 'timestamptz'],
      ],
      commentRows(users, posts),
    ),
    likes: await bulkInsert(
      client,
      'likes',
      [
        ['post_id', 'uuid'],
        ['user_id', 'uuid'],
        ['created_at', 'timestamptz'],
      ],
      likeRows(users, posts),
    ),
  };
}

function seedPost(index: number, posts: number): SeedPost {
  const createdAt = momentOf(0.5 + (0.5 * index) / posts);
  return { index, id: uuidOf(`post ${index}`, createdAt), random: createRandom(`post ${index}`), createdAt };
}

function* postRows(users: number, posts: number) {
  for (let index = 0; index < posts; index += 1) {
    const { id, random, createdAt } = seedPost(index, posts);
    const author = personId(random.skewed(users), users);
    const title = clause(random);
    const slug = `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${index}`;
    const body = Array.from({ length: 1 + random.below(3) }, () => paragraph(random, 4)).join('\n\n');
    const draft = random.next() < draftShare;
    yield [
      id,
      author,
      slug,
      title,
      body,
      draft ? 'draft' : 'published',
      createdAt,
      createdAt,
      draft ? null : createdAt,
    ];
  }
}

function* postTagRows(posts: number) {
  for (let index = 0; index < posts; index += 1) {
    const { id } = seedPost(index, posts);
    const random = createRandom(`tags ${index}`);
    const tags = new Set<string>();
    for (let n = random.below(4); n > 0; n -= 1)
      tags.add(tagNames[random.skewed(tagNames.length, 2)] ?? tagNames[0]);
    for (const [position, tag] of [...tags].entries()) yield [id, tag, position];
  }
}

function* commentRows(users: number, posts: number) {
  const random = createRandom('comments');
  for (let n = 0; n < posts * commentsPerPost; n += 1) {
    const post = seedPost(popularPost(random, posts), posts);
    const time = between(post.createdAt, random);
    yield [
      uuidOf(`comment ${n}`, time),
      post.id,
      personId(random.skewed(users), users),
      `${clause(random)}.`,
      time,
    ];
  }
}

function* likeRows(users: number, posts: number) {
  const random = createRandom('likes');
  for (let n = 0; n < posts * likesPerPost; n += 1) {
    const post = seedPost(popularPost(random, posts), posts);
    yield [post.id, personId(random.below(users), users), between(post.createdAt, random)];
  }
}

/** The popular ones are spread over the year, not its oldest: 7919 is prime, so the step reaches every post. */
function popularPost(random: Random, posts: number): number {
  return (random.skewed(posts) * 7_919) % posts;
}

function between(start: Date, random: Random): Date {
  return new Date(start.getTime() + Math.floor(random.next() * (momentOf(1).getTime() - start.getTime())));
}
