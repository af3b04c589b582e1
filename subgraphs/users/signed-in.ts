import { CodedError } from '../../platform/errors.ts';

/** Who does something that needs a sign-in. */
export interface SignedIn {
  /** The account's. */
  readonly id: string;
  /** The sign-in the access token came from; null when the token doesn't say. */
  readonly sessionId: string | null;
}

/** An access token outlives its account by up to 15 minutes: to every mutation that is as good as none. */
export function accountGone(): CodedError {
  return new CodedError('UNAUTHENTICATED');
}
