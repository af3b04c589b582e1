import { dateTime } from '../../shared/date-time.ts';
import type { Resolvers } from '../resolver-types.ts';
import { accountMutations } from './account-mutations.ts';
import { followingMutations } from './following-mutations.ts';
import { nodes } from './nodes.ts';
import { queries } from './queries.ts';
import { sessionMutations } from './session-mutations.ts';
import { user } from './user.ts';

export const resolvers: Resolvers = {
  DateTime: dateTime,
  Query: { ...queries, ...nodes },
  Mutation: { ...accountMutations, ...sessionMutations, ...followingMutations },
  User: user,
};
