import { CodedError } from '../../../platform/errors.ts';
import { toGlobalId } from '../../../platform/global-id.ts';
import type { CommentResolvers } from '../resolver-types.ts';
import { referencedUuid } from './reference.ts';

export const comment: CommentResolvers = {
  __resolveReference(representation, { reads }) {
    const uuid = referencedUuid('Comment', representation);
    return uuid === null ? null : reads.comment(uuid);
  },
  id: ({ id }) => toGlobalId('Comment', id),
  author: ({ authorId }) => (authorId === null ? null : { id: authorId }),
  async post({ postId }, _args, { reads }) {
    const post = await reads.posts.load(postId);
    // The comment was there a moment ago, so its post was, too.
    if (post === null) throw new CodedError('NOT_FOUND', { message: 'The post is no longer there.' });
    return post;
  },
};
