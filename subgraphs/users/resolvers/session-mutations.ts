import { requireSignedIn } from '../context.ts';
import type { MutationResolvers } from '../resolver-types.ts';
import { mutate } from './mutate.ts';

export const sessionMutations: Pick<MutationResolvers, 'logIn' | 'refreshSession' | 'logOut'> = {
  logIn: (_mutation, { input }, context) =>
    mutate(context, { user: null, session: null }, () =>
      context.accounts.logIn({ ...input, address: context.clientAddress }),
    ),

  refreshSession: (_mutation, { input }, context) =>
    mutate(context, { session: null }, async () => ({
      session: await context.sessions.refresh(input.refreshToken),
    })),

  logOut(_mutation, _args, context) {
    const viewer = requireSignedIn(context);
    return mutate(context, { loggedOut: false }, async () => ({
      loggedOut: await context.sessions.end(viewer),
    }));
  },
};
