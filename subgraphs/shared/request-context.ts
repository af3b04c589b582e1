import { CodedError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logging.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { isUuid } from './global-id.ts';

/** What a resolver of any subgraph knows about the request it works for. */
export interface RequestContext {
  /** Who is asking, as the gateway vouches; null without a sign-in. */
  readonly viewer: Viewer | null;
  readonly requestId: string;
  readonly logger: Logger;
}

/** The viewer's account id; null without a sign-in, and for subjects of an issuer whose accounts are not ours. */
export function viewerId(context: RequestContext): string | null {
  const subject = context.viewer?.subject;
  return subject !== undefined && isUuid(subject) ? subject : null;
}

/** @throws CodedError UNAUTHENTICATED without a sign-in. */
export function requireViewerId(context: RequestContext): string {
  const id = viewerId(context);
  if (id === null) throw new CodedError('UNAUTHENTICATED');
  return id;
}
