import { toGlobalId, uuidOf } from '../../../platform/global-id.ts';
import { parsePage, toConnection } from '../../shared/page.ts';
import { viewerId } from '../../shared/request-context.ts';
import { draftKey, isDraftKey } from '../data/post-lists.ts';
import type { UserResolvers } from '../resolver-types.ts';
import { publishedPosts } from './published-posts.ts';
import { referencedUuid } from './reference.ts';

/** As many as the schema promises; a longer list would be somebody else's idea. */
const mostFollowees = 1_000;

export const user: UserResolvers = {
  // Whether there is such an account, its own subgraph has said by sending us here.
  __resolveReference(representation) {
    const uuid = referencedUuid('User', representation);
    if (uuid === null) return null;
    return 'followeeIds' in representation
      ? { id: uuid, followeeIds: representation.followeeIds }
      : { id: uuid };
  },
  id: ({ id }) => toGlobalId('User', id),
  postCount: async ({ id }, _args, { reads }) => (await reads.postCountsOfAuthors.load(id)) ?? 0,
  posts: ({ id }, args, { reads }) => publishedPosts(args, (page) => reads.postsOfAuthors.load(id, page)),

  async drafts({ id }, args, context) {
    const page = parsePage(args, isDraftKey);
    if (id !== viewerId(context)) return null;
    return toConnection(page, await context.reads.drafts(page), draftKey, (post) => post);
  },

  feed({ id, followeeIds }, args, context) {
    const authorIds = readFolloweeIds(followeeIds);
    if (id !== viewerId(context) || authorIds === null) return null;
    return publishedPosts(args, (page) => context.reads.feed(authorIds, page));
  },
};

/** Null when there is no list: then whom the viewer follows isn't known, and an empty feed would be a wrong answer. */
function readFolloweeIds(followeeIds: unknown): string[] | null {
  if (!Array.isArray(followeeIds)) return null;
  const uuids = followeeIds
    .slice(0, mostFollowees)
    .map((id: unknown) => (typeof id === 'string' ? uuidOf('User', id) : null))
    .filter((uuid) => uuid !== null);
  return [...new Set(uuids)];
}
