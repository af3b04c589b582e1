import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WaitBudget } from '../../cache/wait-budget.ts';
import type { FastHistogram } from '../../platform/fast-histogram.ts';
import type { Logger } from '../../platform/logging.ts';
import { readTrace, type TraceContext } from '../../platform/trace-context.ts';
import type { OperationFacts } from '../context.ts';
import type { Unanswered } from '../response-cache/cached-answers.ts';
import type { Admitted } from './admission.ts';
import { requestIdOf } from './request-id.ts';

/** What is known of a request from its start. */
export interface RequestRecord {
  /** When it began, by `performance.now()`. */
  readonly startedMs: number;
  /** The request goes by it in every log line and every call it causes. */
  readonly id: string;
  /** Once something is executed for it; undefined: so far only what it came with is known. */
  trace: TraceContext | undefined;
  /** In milliseconds since the epoch. */
  readonly deadline: number;
  /** What it may still wait for Redis, all that it asks there together. */
  readonly budget: WaitBudget;
  readonly operation: OperationFacts;
  /** The pattern that it matched, not its address: queries in addresses hold variables. */
  route: string | undefined;
  /** Of its answer, whatever that is, and whoever sends it. */
  readonly answerHeaders: Record<string, string>;
  /** undefined before it was let in. */
  admitted: Admitted | undefined;
  /** Its body, where the fast path has read it. */
  body: Buffer | undefined;
  /** Whether the fast path has answered it from the cache. */
  isHit: boolean;
  /** What the fast path has found out about it. */
  unanswered: Unanswered | undefined;
  /** Why the fast path could not answer what it had begun to: the router says so. */
  failure: unknown;
}

export interface RequestRecords {
  /** Begins the record of a request, and writes its one line and its sample when it ends, however it ends. */
  begin(request: IncomingMessage, response: ServerResponse): RequestRecord;
  of(request: IncomingMessage): RequestRecord;
}

/** On the request itself: a WeakMap makes every collection of young garbage slower, and each request adds to it. */
const recordOf = Symbol('record');
type Recorded = IncomingMessage & { [recordOf]?: RequestRecord };

/** The status that logs and metrics show when the client went away before its answer; nginx uses it, too. */
const clientWentAway = 499;

export function createRequestRecords(options: {
  requestTimeoutMs: number;
  logger: Logger;
  /** In seconds. */
  durations: FastHistogram;
  openBudget: () => WaitBudget;
}): RequestRecords {
  const { requestTimeoutMs, logger, durations, openBudget } = options;
  // What is in a line is named below, and none of it is secret: to look for secrets takes half of the time of a line.
  const lines = logger.child({}, { redact: [] });

  const of = (request: Recorded): RequestRecord => {
    const record = request[recordOf];
    if (record === undefined)
      throw new Error('a request without a record: it did not come through the server');
    return record;
  };

  /** One function for all responses, which are its `this`: a hit has no time to make its own. */
  function end(this: ServerResponse) {
    const { method } = this.req;
    const { startedMs, id, trace, route, operation, isHit } = of(this.req);
    const { name, type, cost } = operation;
    const status = this.writableFinished ? this.statusCode : clientWentAway;
    const ms = performance.now() - startedMs;
    durations.observe(ms / 1_000, type, status);
    // A line takes as long as the hit itself, and says little that the metrics don't.
    const level = isHit ? 'debug' : 'info';
    if (!lines.isLevelEnabled(level)) return;
    const { traceId } = trace ?? readTrace(this.req.headers) ?? {};
    lines[level](
      {
        requestId: id,
        traceId,
        method,
        route,
        operation: name,
        type,
        cost,
        status,
        durationMs: Math.round(ms),
      },
      'request',
    );
  }

  return {
    begin(request: Recorded, response) {
      const record: RequestRecord = {
        startedMs: performance.now(),
        id: requestIdOf(request),
        trace: undefined,
        deadline: Date.now() + requestTimeoutMs,
        budget: openBudget(),
        operation: { name: undefined, type: 'none', cost: undefined },
        route: undefined,
        answerHeaders: {},
        admitted: undefined,
        body: undefined,
        isHit: false,
        unanswered: undefined,
        failure: undefined,
      };
      request[recordOf] = record;
      // Comes once, with and without an answer; Fastify's own hooks miss clients that leave while theirs is made.
      response.on('close', end);
      return record;
    },
    of,
  };
}
