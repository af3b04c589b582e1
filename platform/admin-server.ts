import Fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Logger } from './logging.ts';

/** A dependency's check; it rejects when the dependency can't be used. */
export type ReadinessCheck = () => Promise<unknown>;

export interface AdminServer {
  start(): Promise<string>;
  /** Makes `/health/ready` say 503, so that the balancer looks elsewhere before connections are refused. */
  drain(): void;
  stop(): Promise<void>;
}

const checkTimeoutMs = 1_000;

/**
 * The port for operators, never published: `/health/live` (the process turns its event loop), `/health/ready` (it can
 * serve now; says which check fails) and `/metrics` (Prometheus).
 */
export function createAdminServer(options: {
  host: string;
  port: number;
  registry: Registry;
  logger: Logger;
  checks: Readonly<Record<string, ReadinessCheck>>;
  /** For what only one service has. */
  addRoutes?: (app: FastifyInstance) => void;
}): AdminServer {
  const { host, port, registry, checks } = options;
  const app: FastifyInstance = Fastify({ logger: false });
  let draining = false;

  app.get('/health/live', async () => ({ status: 'live' }));

  app.get('/health/ready', async (_request, reply) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const),
    );
    for (const [name, result] of results)
      if (result !== 'ok') options.logger.warn({ check: name, reason: result }, 'not ready');
    const ready = !draining && results.every(([, result]) => result === 'ok');
    // The reasons stay in the log: they may name hosts.
    const summary = results.map(([name, result]) => [name, result === 'ok' ? 'ok' : 'failing']);
    return reply.code(ready ? 200 : 503).send({
      status: draining ? 'draining' : ready ? 'ready' : 'not ready',
      checks: Object.fromEntries(summary),
    });
  });

  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );

  options.addRoutes?.(app);

  return {
    start: () => app.listen({ host, port }),
    drain: () => {
      draining = true;
    },
    stop: () => app.close(),
  };
}

async function outcome(check: ReadinessCheck): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${checkTimeoutMs} ms`)), checkTimeoutMs);
    });
    await Promise.race([check(), timeout]);
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
