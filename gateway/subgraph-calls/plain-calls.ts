import type { IncomingHttpHeaders } from 'node:http';
import type { Pool } from 'undici';
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
  /** Aborted when whoever it is for has left; undefined for what is to be finished all the same. */
  readonly gone?: AbortSignal | undefined;
}

export interface SubgraphResponse {
  readonly answer: SubgraphAnswer;
  readonly headers: IncomingHttpHeaders;
  /** When it was sent, in milliseconds since the epoch: what it says may be as old as that. */
  readonly askedAt: number;
}

/** Sends an operation, without a look at its deadline or at who has left: whoever does that gives it up. */
export type PlainCalls = (call: SubgraphCall) => Sent<SubgraphResponse>;

/** A signed HTTP request for each operation, as any subgraph reads it. */
export function createPlainCalls(options: {
  subgraph: string;
  pool: () => Pool;
  path: string;
  secrets: Secrets;
}): PlainCalls {
  const { subgraph, pool, path, secrets } = options;
  return ({ body: text, viewer, clientAddress, requestId, trace, deadline }) => {
    const askedAt = Date.now();
    const body = Buffer.from(text);
    return postOperation(pool(), {
      path,
      body,
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
        'x-request-id': requestId,
        ...(trace === undefined ? {} : traceHeaders(trace)),
        'x-deadline-ms': String(Math.max(0, deadline - askedAt)),
        ...signCall({ secrets, audience: subgraph, viewer, clientAddress, body, now: askedAt }),
      },
      askedAt,
    });
  };
}
