import type { CacheStore } from '../../cache/store.ts';
import type { EventBus } from '../../platform/event-bus.ts';
import type { Logger } from '../../platform/logging.ts';
import { createMetrics } from '../../platform/metrics.ts';
import type { Service } from '../../platform/service.ts';
import { createCacheRelay } from '../shared/cache-relay.ts';
import { createDatabasePool } from '../shared/database-pool.ts';
import { chooseEventBus } from '../shared/event-bus.ts';
import { createNamedReads } from '../shared/named-reads.ts';
import { createSharedMemory } from '../shared/shared-memory.ts';
import { createSubgraphServer } from '../shared/subgraph-server.ts';
import { createWaiting } from '../shared/waiting.ts';
import { createWriteRetries } from '../shared/write-retries.ts';
import type { PostsConfig } from './config.ts';
import { type Context, createContext } from './context.ts';
import { tagIdTypes } from './data/cache-tags.ts';
import { createDatabase } from './data/database.ts';
import { createSharedReads } from './data/shared-reads.ts';
import { createEventListener } from './events.ts';
import { resolvers } from './resolvers/resolvers.ts';

/** Posts, comments, likes and tags, and what they add to accounts. Owns the posts database. */
export function createPostsSubgraph(
  config: PostsConfig,
  deps: {
    logger: Logger;
    /** Tells what happens in other services; by default the one on REDIS_URL. */
    events?: EventBus;
    /** Where answers and invalidations meet; by default on REDIS_URL. */
    cacheStore?: CacheStore;
  },
): Service {
  const { logger } = deps;
  const metrics = createMetrics('posts');
  const connections = {
    url: config.DATABASE_URL,
    size: config.DATABASE_POOL_SIZE,
    statementTimeoutMs: config.STATEMENT_TIMEOUT_MS,
    applicationName: 'posts',
    registry: metrics.registry,
    logger,
  };
  const pool = createDatabasePool(connections);
  const readPool = createDatabasePool({ ...connections, forNamedReads: true });
  const waiting = createWaiting();
  const database = createDatabase(pool, createWriteRetries({ registry: metrics.registry, logger }));
  const sharedReads = createSharedReads(createNamedReads(readPool, waiting));
  const events = chooseEventBus(deps.events, config.REDIS_URL, logger);

  const cacheRelay = createCacheRelay({
    subgraph: 'posts',
    databaseUrl: config.DATABASE_URL,
    store: deps.cacheStore,
    redisUrl: config.REDIS_URL,
    registry: metrics.registry,
    logger,
  });

  return createSubgraphServer<Context>({
    name: 'posts',
    waiting,
    host: config.HOST,
    port: config.PORT,
    adminPort: config.ADMIN_PORT,
    secrets: config.SUBGRAPH_SECRET,
    sharedMemory: createSharedMemory(config.REDIS_URL, logger),
    schemaFile: new URL('schema.graphql', import.meta.url),
    resolvers,
    createContext: (request) => createContext(request, database, sharedReads),
    readiness: { database: () => pool.query('SELECT 1') },
    logger,
    metrics,
    cacheRelay,
    tagIdTypes,
    ...(events && { background: createEventListener(events, database) }),
    close: async () => {
      await database.$disconnect();
      await Promise.all([pool.end(), readPool.end()]);
    },
  });
}
