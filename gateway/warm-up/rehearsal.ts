import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createInProcessCache } from '../../cache/in-process-cache.ts';
import type { Logger } from '../../platform/logging.ts';
import { createOwnMetrics } from '../../platform/metrics.ts';
import { type GatewayConfig, readGatewayConfig } from '../config.ts';
import type { createGateway } from '../gateway.ts';
import { ask } from './ask.ts';
import { practiceQuery, startPracticeSubgraph } from './practice-subgraph.ts';

const supergraphFile = fileURLToPath(new URL('practice.graphql', import.meta.url));
/** Each is parsed, planned and compiled: cold, that takes longest of all. */
const documents = 5;
const requestsForEach = 6;
/** So long another request is begun, in milliseconds, and so long all of them may take. */
const mostMs = 1_000;
const cacheBytes = 1_000_000;

/**
 * Starts a gateway of a supergraph that is made up, with a subgraph and a cache of its own, and asks it for something as clients
 * would: code that runs for the first time takes many times as long as later, and most of it is the same for every supergraph. Nobody
 * else is asked for anything, and nothing of it is left in metrics, logs or memory. Never rejects: the real gateway does without.
 *
 * @param config of the real one: of it, what decides which code runs
 */
export async function rehearse(
  config: Pick<GatewayConfig, 'ENVELOPE' | 'CACHE'>,
  deps: { create: typeof createGateway; logger: Logger },
): Promise<void> {
  const { logger } = deps;
  const started = performance.now();
  try {
    const requests = await rehearseUntil(started + mostMs, config, deps);
    logger.debug({ requests, ms: Math.round(performance.now() - started) }, 'rehearsed');
  } catch (error) {
    logger.warn({ err: error }, 'cannot rehearse: the first requests will take longer');
  }
}

async function rehearseUntil(
  end: number,
  { ENVELOPE, CACHE }: Pick<GatewayConfig, 'ENVELOPE' | 'CACHE'>,
  { create, logger }: { create: typeof createGateway; logger: Logger },
): Promise<number> {
  await using opening = new AsyncDisposableStack();
  const { url } = opening.use(await startPracticeSubgraph());
  // Not for production, or it would rehearse, too.
  const config = readGatewayConfig({
    PORT: '0',
    ADMIN_PORT: '0',
    SUPERGRAPH_FILE: supergraphFile,
    SUBGRAPH_URLS: `books=${url},people=${url}`,
    SUBGRAPH_SECRET: randomBytes(32).toString('hex'),
    ENVELOPE,
    CACHE,
  });
  const gateway = create(config, {
    logger: logger.child({}, { level: 'silent' }),
    cacheStore: createInProcessCache(cacheBytes),
    metrics: createOwnMetrics('rehearsal'),
  });
  await gateway.start();
  opening.defer(() => gateway.stop());

  let requests = 0;
  const signal = AbortSignal.timeout(mostMs);
  for (let document = 0; document < documents; document += 1) {
    // As many operations as documents: what is known of one is not asked of the planner again.
    const query = practiceQuery.replace('title', `title${document}: title`);
    for (let count = 0; count < requestsForEach; count += 1) {
      if (performance.now() >= end) return requests;
      const variables = { name: `${document}-${count}` };
      const status = await ask(gateway.url, { query, variables }, signal);
      if (status !== 200) throw new Error(`practice went wrong: status ${status}`);
      requests += 1;
    }
  }
  return requests;
}
