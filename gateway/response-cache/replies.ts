import type { IncomingHttpHeaders } from 'node:http';
import type { Position } from '../../cache/position.ts';
import type { Viewer } from '../../platform/viewer.ts';
import { type AcceptClass, contentTypes } from './accept-class.ts';
import type { AnswerDependencies } from './answer-dependencies.ts';
import {
  answerHeaders,
  type CdnFacts,
  type HeaderList,
  headerList,
  notModifiedHeaders,
} from './answer-headers.ts';
import type { CacheKeys } from './cache-keys.ts';
import { type CacheOutcome, cacheStatus, describeNotStored } from './cache-status.ts';
import type { AnswerBody, ContentCoding } from './content-encoding.ts';
import { codedEntityTag, matchesEntityTag } from './entity-tag.ts';
import type { RawRequest } from './graphql-request.ts';
import type { CachePolicy } from './policy-collector.ts';
import type { TagIdTypes } from './tag-description.ts';

/** A request of a client that may come in, before anybody looked at its operation. */
export interface ClientRequest {
  readonly raw: RawRequest;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly viewer: Viewer | null;
  /** What the client has written or seen: it gets nothing from before. */
  readonly after: Position | undefined;
  /** What the client has written may not have reached the cache yet. */
  readonly looksPastCache: boolean;
}

/** An answer as Apollo Server made it. */
export interface MadeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AnswerBody;
  /** undefined where no operation was executed. */
  readonly policy: CachePolicy | undefined;
  /** Subgraphs that were asked and whose relay vouches for what they answer. */
  readonly relays: readonly string[];
  /** Of subgraphs that were asked, and said which ids their tags hold. */
  readonly tagIdTypes: TagIdTypes;
}

/** What goes back to the client. */
export interface Reply {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer;
  /** Set where nothing was executed for this request: then nothing else tells the log of its operation. */
  readonly notExecuted?: { readonly operationName: string | undefined };
}

/** A query whose answer may be kept. */
export interface Query {
  readonly kind: 'query';
  readonly form: AcceptClass;
  readonly question: string;
  readonly keys: CacheKeys;
  /** The likelier one first: it is the one that is claimed. */
  readonly lookFor: readonly [string, string];
  /** Who asks under the same one shares work. */
  readonly flight: string;
  readonly coding: ContentCoding;
  readonly operationName: string | undefined;
  /** Whether CDNs are offered the answer, if it is PUBLIC. */
  readonly offeredToCdns: boolean;
}

/** An answer at the end of the work on it. */
export interface Landed {
  readonly made: MadeAnswer;
  /** undefined for an answer that can't be stored. */
  readonly dependencies: AnswerDependencies | undefined;
  /** The value of `Cache-Tag`; undefined for an answer that isn't offered to CDNs. */
  readonly cacheTag: string | undefined;
  /** For whom it was made. */
  readonly subject: string | null;
  readonly willBeStored: boolean;
}

/** Why an answer was made instead of taken from the cache. */
export interface Miss {
  readonly because: 'miss' | 'stale' | 'request';
  readonly details: readonly string[];
}

/** The reply with an answer that was made for this request, or for somebody who asked the same. */
export async function replyMade(
  query: Query,
  request: ClientRequest,
  { landed, isOwn }: { landed: Landed; isOwn: boolean },
  miss: Miss,
): Promise<Reply> {
  const { made, willBeStored } = landed;
  const { policy } = made;
  const outcome: CacheOutcome = {
    kind: 'forwarded',
    because: miss.because,
    stored: isOwn && willBeStored,
    ...(isOwn ? {} : { collapsed: true }),
    details: [...miss.details, ...(policy?.storable === false ? [describeNotStored(policy)] : [])],
  };
  const shared = isOwn ? {} : { notExecuted: { operationName: query.operationName } };
  if (policy?.storable !== true)
    return { ...(await replyUnkept(made, query.coding, cacheStatus(outcome))), ...shared };
  const { body, coding } = await made.body.encoded(query.coding);
  const tag = codedEntityTag(made.body.entityTag, coding);
  const headers = answerHeaders({
    scope: policy.scope,
    entityTag: tag,
    coding,
    contentType: contentTypes[query.form],
    cacheStatus: cacheStatus(outcome),
    ...(policy.ageMs >= 1_000 ? { ageMs: policy.ageMs } : {}),
    cdn: cdnFacts(policy, policy.freshMs, landed.cacheTag),
  });
  // Browsers that look past the cache may still have the same bytes.
  if (isUnchanged(request, tag))
    return {
      status: 304,
      headers: headerList(notModifiedHeaders(headers)),
      body: Buffer.alloc(0),
      ...shared,
    };
  return { status: made.status, headers: headerList({ ...made.headers, ...headers }), body, ...shared };
}

/**
 * An answer that is never kept.
 *
 * @param status what `Cache-Status` says; undefined without a cache
 */
export async function replyUnkept(made: MadeAnswer, wanted: ContentCoding, status?: string): Promise<Reply> {
  const { body, coding } = await made.body.encoded(wanted);
  return {
    status: made.status,
    headers: headerList({
      ...made.headers,
      ...(status === undefined ? {} : { 'cache-status': status }),
      ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
    }),
    body,
  };
}

/**
 * @param facts.ageMs of its oldest part, when it was made
 * @param freshMs from when it was made
 */
export function cdnFacts(
  facts: { ageMs: number; staleWhileRevalidateMs: number; staleIfErrorMs: number },
  freshMs: number,
  cacheTag: string | undefined,
): CdnFacts | undefined {
  if (cacheTag === undefined) return undefined;
  const { ageMs, staleWhileRevalidateMs, staleIfErrorMs } = facts;
  return { freshMs: ageMs + freshMs, staleWhileRevalidateMs, staleIfErrorMs, cacheTag };
}

/** For whom an answer is made: null for those who aren't signed in. */
export function subjectOf({ viewer }: ClientRequest): string | null {
  return viewer?.subject ?? null;
}

/** Whether the client has these bytes. Conditions are for safe methods (RFC 9110, section 13.1.2). */
export function isUnchanged({ method, headers }: ClientRequest, tag: string): boolean {
  return method !== 'POST' && matchesEntityTag(headers['if-none-match'], tag);
}
