import { CodedError } from '../../platform/errors.ts';
import { isUuid } from '../../platform/global-id.ts';
import type { Logger } from '../../platform/logging.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { type AnswerRecord, createAnswerRecord } from './answer-record.ts';
import type { AskedFields } from './row-columns.ts';
import type { WorkSignal } from './work-time.ts';

/** What a resolver of any subgraph knows about the request it works for. */
export interface RequestContext {
  readonly viewer: ViewerAccess;
  /** What the answer rests on: loaders note it. */
  readonly answer: AnswerRecord;
  /** What the operation asks for; undefined where that isn't known, and may be anything. */
  readonly asked: AskedFields | undefined;
  /** Of the client who caused the call; null where the gateway doesn't say, as for all queries. */
  readonly clientAddress: string | null;
  /** Whether no other replica was sent this very call: see replay-guard.ts. */
  readonly isFirstAnywhere: () => Promise<boolean>;
  readonly requestId: string;
  /** Says with each line which request it is about. Made when it is asked for: few requests log anything. */
  readonly logger: () => Logger;
  /** Says when nobody waits for the answer any more. */
  readonly signal: WorkSignal;
}

/**
 * Who is asking, as the gateway vouches; null without a sign-in. It can't be had without a call, so that nobody forgets
 * what it means: an answer that depends on the viewer must not be kept for others.
 */
interface ViewerAccess {
  /** Marks the answer as the viewer's own, even if it then comes out the same for everybody. */
  readonly read: () => Pick<Viewer, 'subject'> | null;
  /**
   * The sign-in; null where the token doesn't tell. Marks the answer as one that is not kept at all: the viewer's own are kept
   * for the account, and one sign-in would get what was made for another.
   */
  readonly readSession: () => string | null;
}

export function createRequestContext(request: {
  viewer: Viewer | null;
  asked: AskedFields | undefined;
  /** Whether somebody wants to know what the answer rests on. */
  wantsTags: boolean;
  clientAddress: string | null;
  isFirstAnywhere: () => Promise<boolean>;
  requestId: string;
  logger: () => Logger;
  signal: WorkSignal;
}): RequestContext {
  const { viewer, wantsTags, ...rest } = request;
  const answer = createAnswerRecord(wantsTags);
  // Functions, not getters: Apollo Server hands resolvers a copy of the context, in which a getter has become its value.
  return {
    viewer: {
      read() {
        answer.recordViewer();
        return viewer;
      },
      readSession() {
        answer.recordSession();
        return viewer?.sessionId ?? null;
      },
    },
    answer,
    ...rest,
  };
}

declare const ofViewer: unique symbol;

/**
 * The account id of somebody who is asking, which nothing but a request gives. Reads that bind one take this type, so that
 * what all requests share (see shared-reads.ts) can't be one of them.
 */
export type ViewerId = string & { readonly [ofViewer]: true };

/**
 * The viewer's account id; null without a sign-in, and for subjects of an issuer whose accounts are not ours. Marks the
 * answer as the viewer's own.
 */
export function viewerId(context: RequestContext): ViewerId | null {
  const viewer = context.viewer.read();
  return viewer !== null && isUuid(viewer.subject) ? (viewer.subject as ViewerId) : null;
}

/** @throws CodedError UNAUTHENTICATED without a sign-in. */
export function requireViewerId(context: RequestContext): ViewerId {
  const id = viewerId(context);
  if (id === null) throw new CodedError('UNAUTHENTICATED');
  return id;
}
