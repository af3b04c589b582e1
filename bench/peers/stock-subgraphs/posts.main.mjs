// Plain JavaScript: its packages are in bench/package.json, and the project's type check must not need them.
import { PrismaPg } from '@prisma/adapter-pg';
import DataLoader from 'dataloader';
import { toGlobalId, uuidOf } from '../../../platform/global-id.ts';
import { PrismaClient } from '../../../prisma/posts/client/client.ts';
import { start } from './start.mjs';

/** The stock subgraph of posts: see docs/benchmarks.md. */
const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }),
});

const defaultSize = 20;

/**
 * @template {{ id: string }} Row
 * @param {readonly string[]} ids
 * @param {Row[]} rows in any order
 */
function inOrderOf(ids, rows) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** @param {readonly string[]} ids */
const readPosts = async (ids) =>
  inOrderOf(ids, await prisma.post.findMany({ where: { id: { in: [...ids] }, status: 'published' } }));

/** @param {readonly string[]} ids */
const readComments = async (ids) =>
  inOrderOf(ids, await prisma.comment.findMany({ where: { id: { in: [...ids] } } }));

/**
 * A page of each author in a statement of its own, all at once: Prisma can limit a list, but not one for each of several keys.
 *
 * @param {number} first
 */
const readPostsOfAuthors = (first) => (/** @type {readonly string[]} */ authorIds) =>
  Promise.all(
    authorIds.map((authorId) =>
      prisma.post.findMany({
        where: { authorId, status: 'published' },
        orderBy: [{ publishedAt: 'desc' }, { id: 'desc' }],
        // One more says whether there is a next page.
        take: first + 1,
      }),
    ),
  );

/**
 * All comments of all posts in one statement, and pages cut from them: to the posts here, which have few, nothing is dearer than a
 * statement more. Nested in the posts, with `take`, they would be read like this, too.
 *
 * @param {readonly string[]} postIds
 */
async function readCommentsOfPosts(postIds) {
  const comments = await prisma.comment.findMany({
    where: { postId: { in: [...postIds] } },
    orderBy: { id: 'asc' },
  });
  const byPost = Map.groupBy(comments, ({ postId }) => postId);
  return postIds.map((id) => byPost.get(id) ?? []);
}

const pageOf = (rows, first) => ({
  nodes: rows.slice(0, first),
  pageInfo: { hasNextPage: rows.length > first },
});

function createLoaders() {
  const postsBySize = new Map();
  return {
    posts: new DataLoader(readPosts),
    comments: new DataLoader(readComments),
    commentsOfPosts: new DataLoader(readCommentsOfPosts),
    /** @param {number} first */
    postsOfAuthors(first) {
      const loader = postsBySize.get(first) ?? new DataLoader(readPostsOfAuthors(first));
      postsBySize.set(first, loader);
      return loader;
    },
  };
}

const find = (type, loader, id) => {
  const uuid = uuidOf(type, id);
  return uuid === null ? null : loader.load(uuid);
};

await prisma.$connect();
await start({
  name: 'posts',
  resolvers: {
    User: {
      async posts({ id }, { first }, loaders) {
        const uuid = uuidOf('User', id);
        const size = first ?? defaultSize;
        return uuid === null ? null : pageOf(await loaders.postsOfAuthors(size).load(uuid), size);
      },
    },
    Post: {
      __resolveReference: ({ id }, { posts }) => find('Post', posts, id),
      id: ({ id }) => toGlobalId('Post', id),
      comments: async ({ id }, { first }, loaders) =>
        pageOf(await loaders.commentsOfPosts.load(id), first ?? defaultSize),
    },
    Comment: {
      __resolveReference: ({ id }, { comments }) => find('Comment', comments, id),
      id: ({ id }) => toGlobalId('Comment', id),
      author: ({ authorId }) => (authorId === null ? null : { id: toGlobalId('User', authorId) }),
    },
  },
  createLoaders,
});
