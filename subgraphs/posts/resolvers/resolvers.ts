import { dateTime } from '../../shared/date-time.ts';
import type { Resolvers } from '../resolver-types.ts';
import { comment } from './comment.ts';
import { commentMutations } from './comment-mutations.ts';
import { likeMutations } from './like-mutations.ts';
import { post } from './post.ts';
import { postMutations } from './post-mutations.ts';
import { query } from './query.ts';
import { tag } from './tag.ts';
import { user } from './user.ts';

/** One entry for each type of schema.graphql that is more than its fields. */
export const resolvers: Resolvers = {
  Comment: comment,
  DateTime: dateTime,
  Mutation: { ...postMutations, ...likeMutations, ...commentMutations },
  Post: post,
  Query: query,
  Tag: tag,
  User: user,
};
