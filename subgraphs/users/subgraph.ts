import type { FastifyInstance } from 'fastify';
import type { CacheStore } from '../../cache/store.ts';
import type { EventBus } from '../../platform/event-bus.ts';
import type { Logger } from '../../platform/logging.ts';
import { createMetrics } from '../../platform/metrics.ts';
import type { Service } from '../../platform/service.ts';
import { createCacheRelay } from '../shared/cache-relay.ts';
import { createDatabasePool } from '../shared/database-pool.ts';
import { chooseEventBus } from '../shared/event-bus.ts';
import { createNamedReads } from '../shared/named-reads.ts';
import { createOutboxRelay } from '../shared/outbox-relay.ts';
import { createSharedMemory } from '../shared/shared-memory.ts';
import { createSubgraphServer } from '../shared/subgraph-server.ts';
import { createWaiting } from '../shared/waiting.ts';
import { createWriteRetries } from '../shared/write-retries.ts';
import { type AccessTokens, createAccessTokens } from './access-tokens.ts';
import { createAccounts } from './accounts.ts';
import { createAttempts } from './attempts.ts';
import type { UsersConfig } from './config.ts';
import { createContext, type Services } from './context.ts';
import { tagIdTypes } from './data/cache-tags.ts';
import { createDatabase } from './data/database.ts';
import { createOutbox } from './data/outbox.ts';
import { createFollowing } from './following.ts';
import { createPasswords } from './passwords.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { createSessions } from './sessions.ts';
import { createSharedReads } from './shared-reads.ts';

/** Long enough to spare the issuer, short enough that a new key is known soon. */
const jwksMaxAgeSeconds = 300;

/** The subgraph that owns accounts, sign-ins and who follows whom. */
export function createUsersSubgraph(
  config: UsersConfig,
  deps: {
    logger: Logger;
    /** Tells other services what happens here; by default the one on REDIS_URL. */
    events?: EventBus;
    /** Where answers and invalidations meet; by default on REDIS_URL. */
    cacheStore?: CacheStore;
    /** Decides when sign-ins and their tokens run out; tests turn it forward. */
    now?: () => Date;
  },
): Service {
  const { logger, now = () => new Date() } = deps;
  const metrics = createMetrics('users');
  const connections = {
    url: config.DATABASE_URL,
    size: config.DATABASE_POOL_SIZE,
    statementTimeoutMs: config.STATEMENT_TIMEOUT_MS,
    applicationName: 'users',
    registry: metrics.registry,
    logger,
  };
  const pool = createDatabasePool(connections);
  const readPool = createDatabasePool({ ...connections, forNamedReads: true });
  const waiting = createWaiting();
  const database = createDatabase(pool, createWriteRetries({ registry: metrics.registry, logger }));
  const accessTokens = createAccessTokens({
    keys: config.JWT_SIGNING_KEY,
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
  });
  const sessions = createSessions({ database, accessTokens, logger, now });
  const events = chooseEventBus(deps.events, config.REDIS_URL, logger);
  const relay =
    events === undefined
      ? undefined
      : createOutboxRelay({
          outbox: createOutbox(database),
          openPublisher: () => events.openPublisher(),
          registry: metrics.registry,
          logger,
        });
  const sharedMemory = createSharedMemory(config.REDIS_URL, logger);
  const limits = { perWindow: config.SIGN_IN_ATTEMPTS, windowSeconds: config.SIGN_IN_WINDOW_S };
  const accounts = createAccounts({
    database,
    passwords: createPasswords(),
    attempts: createAttempts(limits, sharedMemory),
    sessions,
    now,
    eventCommitted: () => relay?.wake(),
  });
  const services: Services = {
    accounts,
    sessions,
    following: createFollowing(database),
    sharedReads: createSharedReads(createNamedReads(readPool, waiting)),
  };

  const cacheRelay = createCacheRelay({
    subgraph: 'users',
    databaseUrl: config.DATABASE_URL,
    store: deps.cacheStore,
    redisUrl: config.REDIS_URL,
    registry: metrics.registry,
    logger,
  });

  return createSubgraphServer({
    name: 'users',
    waiting,
    host: config.HOST,
    port: config.PORT,
    adminPort: config.ADMIN_PORT,
    secrets: config.SUBGRAPH_SECRET,
    sharedMemory,
    schemaFile: new URL('schema.graphql', import.meta.url),
    resolvers,
    createContext: (request) => createContext(services, database, request),
    readiness: { database: () => pool.query('SELECT 1') },
    logger,
    metrics,
    cacheRelay,
    tagIdTypes,
    ...(relay && { background: relay }),
    addPublicRoutes: (app) => addJwksRoute(app, accessTokens),
    async close() {
      await database.$disconnect();
      await Promise.all([pool.end(), readPool.end()]);
    },
  });
}

/** Public by nature: whoever verifies our tokens needs it, and it holds public keys only. */
function addJwksRoute(app: FastifyInstance, { jwks }: AccessTokens): void {
  app.get('/.well-known/jwks.json', (_request, reply) =>
    reply.header('cache-control', `public, max-age=${jwksMaxAgeSeconds}`).send(jwks),
  );
}
