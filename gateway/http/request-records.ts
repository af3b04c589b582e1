import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Histogram } from 'prom-client';
import type { Viewer } from '../../platform/viewer.ts';
import type { OperationFacts } from '../context.ts';

/** What is known of a request from its start. */
export interface RequestRecord {
  /** In milliseconds since the epoch. */
  readonly deadline: number;
  readonly operation: OperationFacts;
  viewer: Viewer | null;
}

/** The status that logs and metrics show when the client went away before its answer; nginx uses it, too. */
const clientWentAway = 499;

/**
 * Keeps a record of every request, and writes its one line and its sample when it ends, however it ends.
 *
 * @returns the record of a request.
 */
export function recordRequests(
  app: FastifyInstance,
  options: {
    requestTimeoutMs: number;
    /** In seconds. */
    durations: Histogram<'operation' | 'status'>;
  },
): (request: FastifyRequest) => RequestRecord {
  const records = new WeakMap<FastifyRequest, RequestRecord & { started: number }>();

  const recordOf = (request: FastifyRequest) => {
    const record = records.get(request);
    if (record === undefined) throw new Error('a request without a record: its onRequest hook did not run');
    return record;
  };

  const end = (request: FastifyRequest, status: number) => {
    const record = recordOf(request);
    const milliseconds = performance.now() - record.started;
    const { name, type } = record.operation;
    options.durations.observe({ operation: type, status }, milliseconds / 1_000);
    request.log.info(
      {
        method: request.method,
        // The pattern, not the address: queries in addresses hold variables.
        route: request.routeOptions.url,
        operation: name,
        type,
        status,
        durationMs: Math.round(milliseconds),
      },
      'request',
    );
  };

  app.addHook('onRequest', async (request, reply) => {
    records.set(request, {
      deadline: Date.now() + options.requestTimeoutMs,
      operation: { name: undefined, type: 'none' },
      viewer: null,
      started: performance.now(),
    });
    // Comes once, with and without an answer; Fastify's own hooks miss clients that leave while theirs is made.
    reply.raw.once('close', () =>
      end(request, reply.raw.writableFinished ? reply.statusCode : clientWentAway),
    );
  });

  return recordOf;
}
