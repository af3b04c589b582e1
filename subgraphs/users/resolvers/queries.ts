import { CodedError } from '../../../platform/errors.ts';
import { uuidOf } from '../../../platform/global-id.ts';
import { isKeyOf } from '../../shared/keyset.ts';
import { parsePage, toConnection } from '../../shared/page.ts';
import { viewerId } from '../../shared/request-context.ts';
import { hasLength } from '../../shared/user-errors.ts';
import { isUsername } from '../account-rules.ts';
import { usersKeyset } from '../data/users.ts';
import type { QueryResolvers } from '../resolver-types.ts';

const isUserKey = isKeyOf(usersKeyset);

export const queries: Pick<QueryResolvers, 'me' | 'user' | 'users'> = {
  me(_query, _args, context) {
    const viewer = viewerId(context);
    return viewer === null ? null : context.loaders.users.load(viewer);
  },

  async user(_query, { id = null, username = null }, context) {
    if ((id === null) === (username === null))
      throw new CodedError('BAD_USER_INPUT', { message: 'Give either `id` or `username`.' });
    if (username !== null)
      return isUsername(username) ? context.loaders.usersByUsername.load(username) : null;
    const uuid = id === null ? null : uuidOf('User', id);
    return uuid === null ? null : context.loaders.users.load(uuid);
  },

  async users(_query, { search = null, ...args }, context) {
    if (search !== null && !hasLength(search, 2, Number.POSITIVE_INFINITY))
      throw new CodedError('BAD_USER_INPUT', { message: '`search` must have at least 2 characters.' });
    const page = parsePage(args, isUserKey);
    const rows = await context.loaders.list(search, page);
    return toConnection(
      page,
      rows,
      (row) => [row.id],
      (row) => row,
    );
  },
};
