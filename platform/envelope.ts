import type { Viewer } from './viewer.ts';

/**
 * Many operations in one signed HTTP request: what a message costs is paid once for all that wait for the same subgraph.
 *
 * The request is a JSON array of members. The answer is a frame for each member, a line of JSON, in the order in which they
 * got ready: nobody waits for the slowest. A member knows its viewer, its deadline, its trace and its request id by itself, so
 * that one envelope carries requests that have nothing to do with each other.
 */

/** The media type of the request. */
export const envelopeType = 'application/graphql-envelope+json';
/** The media type of the answer: lines, see https://github.com/ndjson/ndjson-spec. */
export const framesType = 'application/graphql-envelope+ndjson';

/**
 * A subgraph that reads envelopes says so with every answer to a plain call, by this header. Nothing is configured: a
 * gateway that sees it sends the next operations in envelopes, and returns to plain calls when one is refused.
 */
export const envelopeSupport = { header: 'x-envelope', value: '1' } as const;

/** A larger number makes the answers larger, not cheaper. */
export const mostMembers = 64;

/** Headers of an answer that a frame carries: those that say for how long, and for whom, it may be kept. */
const frameHeaders = ['cache-control', 'age', 'vary'] as const;

export interface EnvelopeMember {
  readonly requestId: string;
  /** As in the headers of a plain call; for the log, so a member without them is none the worse. */
  readonly traceparent?: unknown;
  readonly tracestate?: unknown;
  /** What remains, in milliseconds, until nobody waits for the answer any more. */
  readonly deadlineMs: number;
  /** On whose behalf; the signature of the envelope vouches for it. */
  readonly viewer: Viewer | null;
  /** What the body of a plain call would be. */
  readonly operation: unknown;
}

/** @param operation the JSON text of what the body of a plain call would be */
export function writeMember(member: Omit<EnvelopeMember, 'operation'>, operation: string): string {
  const { requestId, traceparent, tracestate, deadlineMs, viewer } = member;
  const head = JSON.stringify({ requestId, traceparent, tracestate, deadlineMs, viewer });
  return `${head.slice(0, -1)},"operation":${operation}}`;
}

/** @throws Error saying what is wrong, for the log, when the body is not an envelope. */
export function readEnvelope(body: string): EnvelopeMember[] {
  const members: unknown = JSON.parse(body);
  if (!Array.isArray(members)) throw new Error('an envelope is an array');
  if (members.length > mostMembers) throw new Error(`an envelope has ${mostMembers} members at most`);
  if (!members.every(isMember)) throw new Error('a member has a request id, a deadline and a viewer');
  return members;
}

/** What became of one member. */
export interface Frame {
  /** Of the member, in the order of the envelope. */
  readonly index: number;
  /** The HTTP status that a plain call would have got. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A GraphQL answer; undefined where there is none, whatever the status. */
  readonly body?: unknown;
}

/** @param body the JSON text of a GraphQL answer; undefined: there is none */
export function writeFrame(
  frame: { index: number; status: number; headers: Readonly<Record<string, string>> },
  body: string | undefined,
): string {
  // The index comes first: it is read even from lines that can't be kept as a whole.
  const headers: Record<string, string> = {};
  for (const name of frameHeaders) {
    const value = frame.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  const head = `{"index":${frame.index},"status":${frame.status},"headers":${JSON.stringify(headers)}`;
  // Within strings JSON escapes line ends; what is left of them is layout.
  return body === undefined ? `${head}}\n` : `${head},"body":${body.replaceAll('\n', ' ')}}\n`;
}

/** Whose frame a line is, from its beginning alone; undefined if it doesn't begin like one. */
export function indexOfFrame(line: string): number | undefined {
  const digits = /^\{"index":(\d{1,4}),/.exec(line)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** @throws Error saying what is wrong, for the log, when the line is not a frame. */
export function readFrame(line: string): Frame {
  const frame: unknown = JSON.parse(line);
  if (!isRecord(frame)) throw new Error('a frame is an object');
  const { index, status, headers, body } = frame;
  if (typeof index !== 'number' || typeof status !== 'number')
    throw new Error('a frame has index and status');
  if (!isRecord(headers) || !Object.values(headers).every((value) => typeof value === 'string'))
    throw new Error('the headers of a frame are texts');
  return { index, status, headers: headers as Record<string, string>, body };
}

function isMember(value: unknown): value is EnvelopeMember {
  if (!isRecord(value)) return false;
  const { requestId, deadlineMs, viewer } = value;
  return (
    typeof requestId === 'string' && typeof deadlineMs === 'number' && (viewer === null || isViewer(viewer))
  );
}

function isViewer(value: unknown): value is Viewer {
  if (!isRecord(value)) return false;
  const { subject, sessionId } = value;
  return (
    typeof subject === 'string' &&
    subject !== '' &&
    (sessionId === undefined || (typeof sessionId === 'string' && sessionId !== ''))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
