import { CodedError, type ErrorCode } from '../../platform/errors.ts';

/** Told of each limit that a request is beyond; throws where that is a reason to refuse it. */
export type OnExceeded = (code: ErrorCode) => void;

/** @throws CodedError always */
export function refuse(code: ErrorCode): never {
  throw new CodedError(code, { failsRequest: true });
}
