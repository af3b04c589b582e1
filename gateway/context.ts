import type { Departure } from '../platform/departure.ts';
import type { Logger } from '../platform/logging.ts';
import type { TraceContext } from '../platform/trace-context.ts';
import type { Viewer } from '../platform/viewer.ts';
import type { AnswerRecord } from './response-cache/answer-record.ts';

/** By it, logs tell what a gateway asks for its own sake from what clients ask. */
export const warmUpRequestId = 'gateway-warm-up';

/** What everything that works for one request of a client knows about it. */
export interface GatewayContext {
  readonly requestId: string;
  /** What the request came with, or begins. */
  readonly trace: TraceContext;
  /** Who is asking, from the verified token; null without one. */
  readonly viewer: Viewer | null;
  /** Of whoever sent the request, as far as proxies are believed. */
  readonly clientAddress: string;
  /** When the answer must be on its way, in milliseconds since the epoch. */
  readonly deadline: number;
  /** Of all who wait for the answer. Queries are given up then, mutations are not. */
  readonly unwanted: Departure;
  /** The HTTP method, which decides what the operation may do. */
  readonly method: string;
  /** Writes lines that carry the request's id. */
  readonly logger: Logger;
  /** Filled in while the operation is worked on; for the log line and the metrics, which are written at the end. */
  readonly operation: OperationFacts;
  /**
   * Charges the client so many points in all, before they are spent.
   *
   * @throws CodedError RATE_LIMITED when it doesn't have them
   */
  readonly charge: (points: number) => Promise<void>;
  /** Gathers what decides whether, for whom and for how long the answer may be kept. */
  readonly cache: AnswerRecord;
}

export interface OperationFacts {
  name: string | undefined;
  /** Estimated, in points; undefined for what has not got so far. */
  cost: number | undefined;
  type: 'query' | 'mutation' | 'subscription' | 'none';
}
