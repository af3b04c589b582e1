import { toGlobalId } from '../../../platform/global-id.ts';
import { parsePage, toConnection } from '../../shared/page.ts';
import { commentKey, isCommentKey } from '../data/comments.ts';
import { excerptOf } from '../domain/excerpt.ts';
import type { PostResolvers } from '../resolver-types.ts';
import { referencedUuid } from './reference.ts';

export const post: PostResolvers = {
  __resolveReference(representation, { reads }) {
    const uuid = referencedUuid('Post', representation);
    return uuid === null ? null : reads.posts.load(uuid);
  },
  id: ({ id }) => toGlobalId('Post', id),
  status: ({ status }) => (status === 'draft' ? 'DRAFT' : 'PUBLISHED'),
  excerpt: ({ body }) => excerptOf(body),
  author: ({ authorId }) => (authorId === null ? null : { id: authorId }),
  tags: async ({ id }, _args, { reads }) => (await reads.tagsOfPosts.load(id)) ?? [],
  async comments({ id }, args, { reads }) {
    const page = parsePage(args, isCommentKey);
    const comments = await reads.commentsOfPosts.load(id, page);
    return toConnection(page, comments, commentKey, (comment) => comment);
  },
  commentCount: async ({ id }, _args, { reads }) => (await reads.postCounters.load(id))?.commentCount ?? 0,
  likeCount: async ({ id }, _args, { reads }) => (await reads.postCounters.load(id))?.likeCount ?? 0,
  viewerHasLiked: async ({ id }, _args, { reads }) => (await reads.likedPosts.load(id)) ?? false,
};
