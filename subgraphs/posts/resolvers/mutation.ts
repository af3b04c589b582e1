import { uuidOf } from '../../../platform/global-id.ts';
import { requireViewerId, type ViewerId } from '../../shared/request-context.ts';
import { payload, type UserError } from '../../shared/user-errors.ts';
import type { Context } from '../context.ts';
import { noSuchPost } from '../domain/ownership.ts';

/**
 * Answers a mutation, which is always a signed-in viewer's. What the request read before it is forgotten, so that the
 * payload shows the state after it.
 *
 * @param refused the payload's fields when nothing was done.
 * @throws CodedError UNAUTHENTICATED without a sign-in.
 */
export async function mutate<Result extends object, Refused extends object>(
  context: Context,
  refused: Refused,
  run: (viewerId: ViewerId) => Promise<Result>,
): Promise<(Result | Refused) & { userErrors: UserError[] }> {
  const viewerId = requireViewerId(context);
  try {
    return await payload(refused, () => run(viewerId));
  } finally {
    context.forgetReads();
  }
}

/**
 * The UUID of a post's id in an input.
 *
 * @throws Refusal NOT_FOUND for anything that is no post's id.
 */
export function requirePostUuid(field: 'id' | 'postId', id: string): string {
  const uuid = uuidOf('Post', id);
  if (uuid === null) throw noSuchPost(field);
  return uuid;
}
