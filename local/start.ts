import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInProcessCache } from '../cache/in-process-cache.ts';
import { readGatewayConfig } from '../gateway/config.ts';
import { createGateway } from '../gateway/gateway.ts';
import { createInProcessEventBus } from '../platform/in-process-event-bus.ts';
import { createLogger } from '../platform/logging.ts';
import type { Service } from '../platform/service.ts';
import { readPostsConfig } from '../subgraphs/posts/config.ts';
import { createPostsSubgraph } from '../subgraphs/posts/subgraph.ts';
import { readUsersConfig } from '../subgraphs/users/config.ts';
import { createUsersSubgraph } from '../subgraphs/users/subgraph.ts';
import type { LocalConfig } from './config.ts';
import { openDatabases } from './databases.ts';
import { requireFreePorts } from './ports.ts';
import { openRedis } from './redis.ts';
import { localSecrets } from './secrets.ts';

export interface LocalSupergraph {
  readonly gateway: Service;
  readonly users: Service;
  readonly posts: Service;
  readonly usersDatabaseUrl: string;
  readonly postsDatabaseUrl: string;
  /** Which store the gateway shares with others of its kind, in words. */
  readonly store: string;
  readonly subgraphSecret: string;
  /** Stops everything, last started first. */
  stop(): Promise<void>;
}

const audience = 'supergraph';

/** Of cached answers, where there is no Redis to keep them. */
const cacheBytes = 64 * 1024 * 1024;

/**
 * The whole supergraph in this process: databases, both subgraphs, the gateway.
 *
 * @throws Error that says what is wrong; whatever had been started is stopped again.
 */
export async function startLocal(
  config: LocalConfig,
  log: (message: string) => void,
): Promise<LocalSupergraph> {
  await requireFreePorts(config);
  await mkdir(config.LOCAL_FOLDER, { recursive: true });
  const { subgraphSecret, signingKey } = await localSecrets(config.LOCAL_FOLDER);

  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const stopOne of stops.splice(0).reverse()) await stopOne();
  };
  const started = async (service: Service): Promise<Service> => {
    stops.push(() => service.stop());
    await service.start();
    return service;
  };

  try {
    const redis = await openRedis(config);
    stops.push(redis.stop);
    const databases = await openDatabases(config, log);
    stops.push(databases.stop);

    const shared = { HOST: config.HOST, LOG_LEVEL: config.LOG_LEVEL, NODE_ENV: config.NODE_ENV };
    const logger = (name: string) => createLogger({ name, level: config.LOG_LEVEL });
    const events = createInProcessEventBus();
    // With a Redis each service opens the cache on it, as it would in a process of its own.
    const cache = redis.url === '' ? { cacheStore: createInProcessCache(cacheBytes) } : {};
    // Posts first, so that it is there as long as users has something to tell.
    const posts = await started(
      createPostsSubgraph(
        readPostsConfig({
          ...shared,
          PORT: String(config.POSTS_PORT),
          ADMIN_PORT: String(config.POSTS_ADMIN_PORT),
          DATABASE_URL: databases.postsUrl,
          SUBGRAPH_SECRET: subgraphSecret,
          REDIS_URL: redis.url,
        }),
        { logger: logger('posts'), events, ...cache },
      ),
    );
    const users = await started(
      createUsersSubgraph(
        readUsersConfig({
          ...shared,
          PORT: String(config.USERS_PORT),
          ADMIN_PORT: String(config.USERS_ADMIN_PORT),
          DATABASE_URL: databases.usersUrl,
          SUBGRAPH_SECRET: subgraphSecret,
          JWT_SIGNING_KEY: signingKey,
          JWT_AUDIENCE: audience,
          REDIS_URL: redis.url,
        }),
        { logger: logger('users'), events, ...cache },
      ),
    );
    const gateway = await started(
      createGateway(
        readGatewayConfig({
          ...shared,
          PORT: String(config.PORT),
          ADMIN_PORT: String(config.ADMIN_PORT),
          SUPERGRAPH_FILE: join(import.meta.dirname, '../supergraph.graphql'),
          SUBGRAPH_URLS: `users=${users.url},posts=${posts.url}`,
          SUBGRAPH_SECRET: subgraphSecret,
          JWKS_URL: new URL('/.well-known/jwks.json', users.url).href,
          JWT_AUDIENCE: audience,
          REDIS_URL: redis.url,
          EXAMPLE_DOCUMENT_FILE: join(import.meta.dirname, 'example.graphql'),
        }),
        { logger: logger('gateway'), ...cache },
      ),
    );
    return {
      gateway,
      users,
      posts,
      usersDatabaseUrl: databases.usersUrl,
      postsDatabaseUrl: databases.postsUrl,
      store: redis.description,
      subgraphSecret,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
