import type { IncomingHttpHeaders } from 'node:http';
import type { Pool } from 'undici';
import type { Departure } from '../../platform/departure.ts';
import { type Secrets, signCall } from '../../platform/signed-call.ts';
import { type TraceContext, traceHeaders } from '../../platform/trace-context.ts';
import type { Viewer } from '../../platform/viewer.ts';
import type { Sent } from './post.ts';
import { postOperation } from './post-operation.ts';
import type { SubgraphAnswer } from './subgraph-answer.ts';

/** One operation for a subgraph, however it gets there. */
export interface SubgraphCall {
  /** The JSON text of the operation. */
  readonly body: string;
  readonly viewer: Viewer | null;
  /** Of mutations only: queries that are equal are sent once, for clients at different addresses. */
  readonly clientAddress?: string | undefined;
  readonly requestId: string;
  /** undefined for what no request caused. */
  readonly trace?: TraceContext | undefined;
  /** When nobody waits any more, in milliseconds since the epoch. */
  readonly deadline: number;
  /** Of whoever it is for; undefined for what is to be finished all the same. */
  readonly gone?: Departure | undefined;
}

export interface SubgraphResponse {
  readonly answer: SubgraphAnswer;
  readonly headers: IncomingHttpHeaders;
  /** When it was sent, in milliseconds since the epoch: what it says may be as old as that. */
  readonly askedAt: number;
}

/** Who is told what came of a call; once. */
export interface Asker {
  resolve(response: SubgraphResponse): void;
  /** @param error a CallFailure, or what undici throws */
  reject(error: unknown): void;
}

/** Sends an operation, without a look at its deadline or at who has left: whoever does that gives it up. */
export type PlainCalls = (call: SubgraphCall, asker: Asker) => Sent;

/** A signed HTTP request for each operation, as any subgraph reads it. */
export function createPlainCalls(options: {
  subgraph: string;
  pool: () => Pool;
  path: string;
  secrets: Secrets;
}): PlainCalls {
  const { subgraph, pool, path, secrets } = options;
  return ({ body: text, viewer, clientAddress, requestId, trace, deadline }, asker) => {
    const askedAt = Date.now();
    const body = Buffer.from(text);
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'x-request-id': requestId,
      'x-deadline-ms': String(Math.max(0, deadline - askedAt)),
    };
    if (trace !== undefined) Object.assign(headers, traceHeaders(trace));
    Object.assign(
      headers,
      signCall({ secrets, audience: subgraph, viewer, clientAddress, body, now: askedAt }),
    );
    return postOperation(pool(), { path, headers, body, askedAt }, asker);
  };
}
