import { readFile } from 'node:fs/promises';
import type { CacheStore } from '../cache/store.ts';
import { createWaitBudgets } from '../cache/wait-budget.ts';
import { createAdminServer } from '../platform/admin-server.ts';
import { ConfigError } from '../platform/config.ts';
import { letClientsGo } from '../platform/let-clients-go.ts';
import type { Logger } from '../platform/logging.ts';
import { createMetrics, type Metrics } from '../platform/metrics.ts';
import { createRedisConnection } from '../platform/redis-connection.ts';
import type { Service } from '../platform/service.ts';
import { createApolloServer } from './apollo/apollo-server.ts';
import { createKnownDocuments } from './apollo/known-documents.ts';
import type { GatewayConfig } from './config.ts';
import { createSupergraphCosts } from './cost/supergraph-costs.ts';
import { createHttpServer } from './http/http-server.ts';
import type { Limits } from './limits/limits.ts';
import { readManifest } from './operation-manifest.ts';
import { createLoopWatch, type LoopWatch } from './overload/loop-watch.ts';
import { createOverloadGate } from './overload/overload-gate.ts';
import { createPersistedQueryStore } from './persisted-query-store.ts';
import { createRateLimiter } from './rate-limit/rate-limiter.ts';
import { addInvalidationEndpoint } from './response-cache/invalidation-endpoint.ts';
import { openAnswers, openCacheStore } from './response-cache/open-answers.ts';
import { openSafelist } from './safelist/open-safelist.ts';
import { createEnvelopeMetrics } from './subgraph-calls/envelope-metrics.ts';
import { createPools } from './subgraph-calls/pools.ts';
import { createTrafficMetrics } from './subgraph-calls/traffic-metrics.ts';
import { createFederatedGateway } from './supergraph/federated-gateway.ts';
import { createViewerVerifier } from './viewer/bearer-token.ts';
import { askItself } from './warm-up/first-request.ts';
import { rehearse } from './warm-up/rehearsal.ts';
import { createWarmUp } from './warm-up/warm-up.ts';

/** How long one command may take, in milliseconds, before the gateway does without. */
const redisTimeoutMs = 100;

/** What a request may take longer than its deadline while the gateway stops, in milliseconds. */
const stopToleranceMs = 2_000;

/** The public endpoint of a supergraph: any Federation 2 supergraph, whose SDL is in `config.SUPERGRAPH_FILE`. */
export function createGateway(
  config: GatewayConfig,
  deps: {
    logger: Logger;
    /** Where answers and invalidations meet; by default on REDIS_URL. */
    cacheStore?: CacheStore;
    /** By default they include those of the process. */
    metrics?: Metrics;
  },
): Service {
  const { logger } = deps;
  const urls = { url: '', adminUrl: '' };
  let running: AsyncDisposableStack | undefined;
  let drain = async () => {};
  let stopped: Promise<void> | undefined;

  return {
    get url() {
      return urls.url;
    },
    get adminUrl() {
      return urls.adminUrl;
    },

    async start() {
      // Everything that opens says right away how it is closed; stopping, or failing to start, closes it backwards.
      await using opening = new AsyncDisposableStack();
      const metrics = deps.metrics ?? createMetrics('gateway');
      const production = config.NODE_ENV === 'production';
      let loaded = false;
      const store = await openCacheStore(config, deps, opening);
      let loop: LoopWatch | undefined;

      const admin = createAdminServer({
        host: config.HOST,
        port: config.ADMIN_PORT,
        registry: metrics.registry,
        logger,
        checks: {
          // Neither subgraphs nor Redis are asked. When one of them is away, it is so for every gateway alike: the
          // balancer could only take all of them out, and with them all that still works.
          supergraph: async () => {
            if (!loaded) throw new Error('not loaded yet');
          },
          // This process' own matter, unlike how many operations are in execution: that grows with a slow subgraph
          // everywhere.
          load: async () => {
            if (loop?.isLateForLong) throw new Error('the event loop is late');
          },
        },
        addRoutes(app) {
          if (store !== undefined && config.INVALIDATION_SECRET !== undefined)
            addInvalidationEndpoint(app, { store, secrets: config.INVALIDATION_SECRET });
        },
      });
      opening.defer(() => admin.stop());
      urls.adminUrl = await admin.start();

      const redis =
        config.REDIS_URL === undefined
          ? undefined
          : createRedisConnection({
              url: config.REDIS_URL,
              commandTimeoutMs: redisTimeoutMs,
              whileAway: 'the gateway goes on without it',
              logger,
            });
      if (redis !== undefined) {
        opening.defer(() => redis.disconnect());
        // A Redis that is away keeps nobody from starting: the connection says so in the log and goes on trying.
        await redis.connect().catch(() => undefined);
      }

      const pools = createPools(metrics);
      opening.defer(() => pools.close());

      const gateway = await createFederatedGateway(
        {
          supergraphFile: config.SUPERGRAPH_FILE,
          subgraphUrls: config.SUBGRAPH_URLS,
          exposeQueryPlans: !production,
          executor: config.EXECUTOR,
        },
        {
          logger,
          pools,
          secrets: config.SUBGRAPH_SECRET,
          durations: metrics.fastDurations(
            'gateway_subgraph_call_seconds',
            'Calls to subgraphs, by how they ended.',
            ['subgraph', 'outcome'],
          ),
          traffic: createTrafficMetrics(metrics),
          envelopes: config.ENVELOPE === 'on' ? createEnvelopeMetrics(metrics) : undefined,
          keepsAnswers: store !== undefined,
        },
      );
      const costs = createSupergraphCosts(gateway);
      const limits: Limits = {
        maxTokens: config.MAX_DOCUMENT_TOKENS,
        maxDepth: config.MAX_DOCUMENT_DEPTH,
        maxCost: config.MAX_OPERATION_COST,
        mode: config.LIMITS,
        safelist: await openSafelist(config, logger, opening),
      };
      const openBudget = createWaitBudgets();
      const persistedQueries = createPersistedQueryStore({ redis, logger, safelist: limits.safelist });
      const answers = openAnswers({
        store,
        gateway,
        costs,
        limits,
        persistedQueries,
        release: config.CACHE_RELEASE ?? '',
        maxLagMs: config.CACHE_MAX_LAG_MS,
        localBytes: config.CACHE_LOCAL_MB * 1024 * 1024,
        offersToCdns: config.CACHE_CDN === 'on',
        openBudget,
        registry: metrics.registry,
      });
      const knownDocuments = createKnownDocuments(limits, costs);
      const { WARM_UP_FILE: listed } = config;
      const warmed = listed === undefined ? [] : await readManifest('WARM_UP_FILE', listed);
      const expected = () => [...warmed, ...(limits.safelist?.operations ?? [])];
      const { plan, connect } = gateway;
      if (plan !== undefined) {
        const stopping = new AbortController();
        // Last of what is prepared for a supergraph: it rests on the rest.
        gateway.beforeUse(
          createWarmUp(
            expected,
            { connects: production, stopped: stopping.signal },
            { learn: knownDocuments.learn, plan, prepare: answers.learn, connect, logger },
          ),
        );
        opening.defer(() => stopping.abort());
      }
      const apollo = createApolloServer({
        gateway,
        logger,
        limits,
        knownDocuments,
        persistedQueries,
        explorable: !production,
        exampleDocument: await readExample(config.EXAMPLE_DOCUMENT_FILE),
      });
      await apollo.start();
      opening.defer(() => apollo.stop());
      // Where clients wait for the first requests. Who develops waits for starts.
      if (production && config.EXECUTOR === 'compiled')
        await rehearse(config, { create: createGateway, logger });

      // From here on: to load all this takes long, too.
      loop = createLoopWatch({ mostMs: config.MAX_EVENT_LOOP_DELAY_MS });
      opening.defer(loop.stop);
      const http = createHttpServer(
        {
          corsOrigins: [...config.CORS_ORIGINS, 'https://studio.apollographql.com'],
          trustedProxies: config.TRUSTED_PROXIES,
          requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
        },
        {
          apollo,
          answers,
          // Where limits are only tried out, a plugin of Apollo Server's says what each request would have been refused for.
          queryOf: limits.mode === 'enforce' ? gateway.queryOf : () => undefined,
          logger,
          verifyViewer: createViewerVerifier({
            jwksUrl: config.JWKS_URL,
            issuer: config.JWT_ISSUER,
            audience: config.JWT_AUDIENCE,
          }),
          rateLimiter: createRateLimiter(config.RATE_LIMIT_PER_MINUTE, redis),
          overloadGate: createOverloadGate(
            { mostAtOnce: config.MAX_OPERATIONS_IN_FLIGHT },
            { loop, metrics },
          ),
          durations: metrics.fastDurations(
            'gateway_request_seconds',
            'Requests of clients, from start to end.',
            ['operation', 'status'],
          ),
          openBudget,
        },
      );
      opening.defer(async () => {
        const force = setTimeout(
          () => http.server.closeAllConnections(),
          config.REQUEST_TIMEOUT_MS + stopToleranceMs,
        );
        await http.close();
        clearTimeout(force);
      });
      urls.url = `${await http.listen({ host: config.HOST, port: config.PORT })}/graphql`;
      const asksMore = production && config.SAFELIST === 'off';
      await askItself(urls.url, { operations: expected(), asksMore }, logger);
      loaded = true;

      opening.defer(() => admin.drain());
      drain = async () => {
        admin.drain();
        await letClientsGo(http.server);
      };
      running = opening.move();
    },

    drain: () => drain(),

    stop() {
      stopped ??= running?.disposeAsync();
      return stopped ?? Promise.resolve();
    },
  };
}

async function readExample(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`EXAMPLE_DOCUMENT_FILE: ${path} cannot be read`, { cause });
  }
}
