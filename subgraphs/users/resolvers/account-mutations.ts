import { toGlobalId } from '../../../platform/global-id.ts';
import { refusal } from '../../shared/user-errors.ts';
import { requireSignedIn } from '../context.ts';
import type { ProfileChange } from '../data/accounts.ts';
import type { MutationResolvers, UpdateProfileInput } from '../resolver-types.ts';
import { mutate } from './mutate.ts';

export const accountMutations: Pick<
  MutationResolvers,
  'signUp' | 'updateProfile' | 'changePassword' | 'deleteAccount'
> = {
  signUp: (_mutation, { input }, context) =>
    mutate(context, { user: null, session: null }, () =>
      context.accounts.signUp({
        ...input,
        name: input.name ?? null,
        address: context.clientAddress,
      }),
    ),

  updateProfile(_mutation, { input }, context) {
    const viewer = requireSignedIn(context);
    return mutate(context, { user: null }, async () => ({
      user: await context.accounts.updateProfile(viewer, toProfileChange(input)),
    }));
  },

  changePassword(_mutation, { input }, context) {
    const viewer = requireSignedIn(context);
    return mutate(context, { user: null }, async () => ({
      user: await context.accounts.changePassword(viewer, input),
    }));
  },

  deleteAccount(_mutation, { input }, context) {
    const viewer = requireSignedIn(context);
    return mutate(context, { deletedUserId: null }, async () => {
      await context.accounts.deleteAccount(viewer, input.password);
      return { deletedUserId: toGlobalId('User', viewer.id) };
    });
  },
};

/** Left out means unchanged; null removes, which only the picture can be. */
function toProfileChange({ name, bio, avatarUrl }: UpdateProfileInput): ProfileChange {
  if (name === null) throw refusal('INVALID', 'A name has 1 to 80 characters.', 'name');
  return {
    ...(name === undefined ? {} : { name }),
    ...(bio === undefined ? {} : { bio: bio ?? '' }),
    ...(avatarUrl === undefined ? {} : { avatarUrl }),
  };
}
