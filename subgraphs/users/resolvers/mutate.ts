import { payload } from '../../shared/user-errors.ts';
import type { Context } from '../context.ts';

/**
 * Makes the payload of a mutation, and sees to it that its fields are read anew: an earlier mutation of the same request
 * may have loaded what this one has changed.
 */
export function mutate<Result extends object, Refused extends object>(
  context: Context,
  refused: Refused,
  run: () => Promise<Result>,
): ReturnType<typeof payload<Result, Refused>> {
  return payload(refused, run).finally(() => context.forgetLoaded());
}
