import { toGlobalId, uuidOf } from '../../../platform/global-id.ts';
import { addComment, deleteComment, noSuchComment } from '../domain/comments.ts';
import type { MutationResolvers } from '../resolver-types.ts';
import { mutate, requirePostUuid } from './mutation.ts';

export const commentMutations: MutationResolvers = {
  addComment: (_parent, { input }, context) =>
    mutate(context, { comment: null }, async (viewerId) => {
      const { postId, body, idempotencyKey } = input;
      const comment = { postId: requirePostUuid('postId', postId), body };
      return { comment: await addComment(context.database, viewerId, comment, idempotencyKey ?? null) };
    }),

  deleteComment: (_parent, { input }, context) =>
    mutate(context, { deletedCommentId: null, post: null }, async (viewerId) => {
      const uuid = uuidOf('Comment', input.id);
      if (uuid === null) throw noSuchComment();
      const postId = await deleteComment(context.database, viewerId, uuid);
      return {
        deletedCommentId: toGlobalId('Comment', uuid),
        post: await context.reads.posts.load(postId),
      };
    }),
};
