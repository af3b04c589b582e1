import type { Client } from 'pg';
import { bulkInsert } from './bulk-insert.ts';
import { momentOf, personIds } from './people.ts';
import { createRandom, type Random, uuidOf } from './random.ts';
import { clause, paragraph, tagNames } from './text.ts';

const commentsPerPost = 1;
const likesPerPost = 1.5;
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
  const people = personIds(users);
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
      postRows(people, posts),
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
      commentRows(people, posts),
    ),
    likes: await bulkInsert(
      client,
      'likes',
      [
        ['post_id', 'uuid'],
        ['user_id', 'uuid'],
        ['created_at', 'timestamptz'],
      ],
      likeRows(people, posts),
    ),
  };
}

function seedPost(index: number, posts: number): SeedPost {
  const createdAt = momentOf(0.5 + (0.5 * index) / posts);
  return { index, id: uuidOf(`post ${index}`, createdAt), random: createRandom(`post ${index}`), createdAt };
}

function* postRows(people: readonly string[], posts: number) {
  for (let index = 0; index < posts; index += 1) {
    const { id, random, createdAt } = seedPost(index, posts);
    const author = people[random.skewed(people.length)];
    const title = clause(random);
    const slug = `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${index}`;
    const body = Array.from({ length: 1 + random.below(2) }, () => paragraph(random, 3)).join('\n\n');
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
    for (let n = random.below(3); n > 0; n -= 1)
      tags.add(tagNames[random.skewed(tagNames.length, 2)] ?? tagNames[0]);
    for (const [position, tag] of [...tags].entries()) yield [id, tag, position];
  }
}

function* commentRows(people: readonly string[], posts: number) {
  for (let index = 0; index < posts; index += 1) {
    const post = seedPost(index, posts);
    const random = createRandom(`comments ${index}`);
    const count = Math.round(commentsPerPost * popularity(index, posts));
    for (let n = 0; n < count; n += 1) {
      const time = between(post.createdAt, random);
      const author = people[random.skewed(people.length)];
      yield [uuidOf(`comment ${index} ${n}`, time), post.id, author, `${clause(random)}.`, time];
    }
  }
}

function* likeRows(people: readonly string[], posts: number) {
  for (let index = 0; index < posts; index += 1) {
    const post = seedPost(index, posts);
    const random = createRandom(`likes ${index}`);
    const count = Math.round(likesPerPost * popularity(index, posts));
    const likers = new Set<number>();
    for (let n = 0; n < count; n += 1) likers.add(random.below(people.length));
    for (const liker of likers) yield [post.id, people[liker], between(post.createdAt, random)];
  }
}

/**
 * How often a post is commented and liked, as a multiple of the average: a power law over its rank. The popular ones are
 * spread over the year: 7919 is prime, so the step gives (nearly) every post a rank of its own.
 */
function popularity(index: number, posts: number): number {
  const rank = ((index * 7_919) % posts) + 0.5;
  return (rank / posts) ** (-2 / 3) / 3;
}

function between(start: Date, random: Random): Date {
  return new Date(start.getTime() + Math.floor(random.next() * (momentOf(1).getTime() - start.getTime())));
}
