import { generateKeyPairSync } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createInProcessCache } from '../../cache/in-process-cache.ts';
import { readGatewayConfig } from '../../gateway/config.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { createInProcessEventBus } from '../../platform/in-process-event-bus.ts';
import { createLogger } from '../../platform/logging.ts';
import type { Service } from '../../platform/service.ts';
import { readPostsConfig } from '../../subgraphs/posts/config.ts';
import { createPostsSubgraph } from '../../subgraphs/posts/subgraph.ts';
import { readUsersConfig } from '../../subgraphs/users/config.ts';
import { createUsersSubgraph } from '../../subgraphs/users/subgraph.ts';
import { freshDatabase, type TestDatabase } from './databases.ts';

export interface TestSupergraph extends AsyncDisposable {
  /** The gateway's GraphQL endpoint. */
  readonly url: string;
  readonly usersUrl: string;
  readonly postsUrl: string;
  readonly usersDatabase: TestDatabase;
  readonly postsDatabase: TestDatabase;
  readonly secret: string;
  /** Starts one more gateway on the same subgraphs. @param environment instead of the first one's @returns its GraphQL endpoint */
  anotherGateway(environment?: NodeJS.ProcessEnv): Promise<string>;
}

const secret = 'the-secret-that-tests-sign-calls-with';

/**
 * The whole supergraph in this process, on databases of its own and free ports.
 *
 * @param gatewayEnvironment variables of the gateway that differ from a plain one.
 * @param redisUrl the Redis that carries events and the cache of the subgraphs; by default both stay in this process.
 * @param usersEnvironment the same for the users subgraph.
 */
export async function startSupergraph(
  gatewayEnvironment: NodeJS.ProcessEnv = {},
  redisUrl?: string,
  usersEnvironment: NodeJS.ProcessEnv = {},
): Promise<TestSupergraph> {
  await using opening = new AsyncDisposableStack();
  const usersDatabase = opening.use(await freshDatabase('users'));
  const postsDatabase = opening.use(await freshDatabase('posts'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const logger = createLogger({ name: 'test', level: 'silent' });
  const redis = redisUrl === undefined ? {} : { REDIS_URL: redisUrl };
  const inProcess =
    redisUrl === undefined
      ? { events: createInProcessEventBus(), cacheStore: createInProcessCache(10_000_000) }
      : {};
  const anyPorts = { PORT: '0', ADMIN_PORT: '0', NODE_ENV: 'test' };
  const started = async (service: Service) => {
    opening.defer(() => service.stop());
    await service.start();
    return service;
  };

  const posts = await started(
    createPostsSubgraph(
      readPostsConfig({ ...anyPorts, DATABASE_URL: postsDatabase.url, SUBGRAPH_SECRET: secret, ...redis }),
      { logger, ...inProcess },
    ),
  );
  const users = await started(
    createUsersSubgraph(
      readUsersConfig({
        ...anyPorts,
        DATABASE_URL: usersDatabase.url,
        SUBGRAPH_SECRET: secret,
        JWT_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        SIGN_IN_ATTEMPTS: '1000000',
        ...usersEnvironment,
        ...redis,
      }),
      { logger, ...inProcess },
    ),
  );
  const startGateway = async (environment = gatewayEnvironment) => {
    const gateway = createGateway(
      readGatewayConfig({
        ...anyPorts,
        SUPERGRAPH_FILE: fileURLToPath(new URL('../../supergraph.graphql', import.meta.url)),
        SUBGRAPH_URLS: `users=${users.url},posts=${posts.url}`,
        SUBGRAPH_SECRET: secret,
        JWKS_URL: new URL('/.well-known/jwks.json', users.url).href,
        RATE_LIMIT_PER_MINUTE: '100000000',
        ...redis,
        ...environment,
      }),
      { logger, ...inProcess },
    );
    await gateway.start();
    return gateway;
  };
  const first = await startGateway();
  opening.defer(() => first.stop());

  const stack = opening.move();
  return {
    url: first.url,
    usersUrl: users.url,
    postsUrl: posts.url,
    usersDatabase,
    postsDatabase,
    secret,
    async anotherGateway(environment) {
      const gateway = await startGateway(environment);
      stack.defer(() => gateway.stop());
      return gateway.url;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
