import { generateKeyPairSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../local/free-port.ts';
import { seed } from '../../../prisma/seed/seed.ts';
import { startNginx, withoutNginx } from '../../support/nginx.ts';
import { processSecret } from '../../support/service-processes.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { type PostgresServer, startPostgresServer } from './postgres-server.ts';
import { type RestartableService, startRestartableService } from './restartable-service.ts';

/** Above what is asked of a subgraph, and short enough for a fault that makes everybody wait. */
const requestTimeoutMs = 3_000;

/** A subgraph, with the network before it. */
interface SubgraphService extends RestartableService {
  readonly proxy: TcpProxy;
}

/** All of the house as production runs it, each piece a process of its own, and a proxy on every way between two of them. */
export interface House extends AsyncDisposable {
  readonly databases: Readonly<Record<'users' | 'posts', PostgresServer>>;
  readonly redis: RedisServer & { readonly proxy: TcpProxy };
  readonly subgraphs: Readonly<Record<'users' | 'posts', SubgraphService>>;
  readonly gateways: readonly [RestartableService, RestartableService];
  /** The endpoint of nginx before the gateways; undefined where there is no nginx. */
  readonly balancer: string | undefined;
}

/**
 * @param folder where the servers keep what they keep; an earlier run's may be there
 * @param options.environment further variables of all services
 * @param options.onLine hears every line that a service prints
 */
export async function startHouse(
  folder: string,
  options: {
    environment?: Readonly<Record<string, string>>;
    onLine?: (service: string, line: string) => void;
  } = {},
): Promise<House> {
  const { onLine = () => {} } = options;
  await using opening = new AsyncDisposableStack();
  await mkdir(folder, { recursive: true });
  const startDatabase = async (database: 'users' | 'posts') =>
    opening.use(await startPostgresServer({ folder: join(folder, `postgres-${database}`), database }));
  const databases = { users: await startDatabase('users'), posts: await startDatabase('posts') };
  await seed({
    usersUrl: databases.users.directUrl,
    postsUrl: databases.posts.directUrl,
    users: 20,
    posts: 50,
    notEmpty: 'refuse',
  });

  const redis = await startRedisServer(join(folder, 'redis'));
  opening.defer(() => redis.stop());
  const redisProxy = opening.use(await startTcpProxy({ path: redis.path }));
  const shared = {
    SUBGRAPH_SECRET: processSecret,
    REDIS_URL: `redis://127.0.0.1:${redisProxy.port}`,
    ...options.environment,
  };
  const startSubgraph = async (name: 'users' | 'posts', environment = {}) => {
    // Nothing listens there yet.
    const proxy = opening.use(await startTcpProxy({ host: '127.0.0.1', port: await freePort() }));
    const service = await startRestartableService({
      main: `subgraphs/${name}/main.ts`,
      environment: { ...shared, DATABASE_URL: databases[name].url, ...environment },
      onStarted: (url) => proxy.switchTo({ host: '127.0.0.1', port: Number(new URL(url).port) }),
      onLine: (line) => onLine(name, line),
    });
    opening.use(service);
    return { ...service, proxy };
  };
  const { privateKey } = generateKeyPairSync('ed25519');
  const subgraphs = {
    users: await startSubgraph('users', {
      JWT_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }),
    posts: await startSubgraph('posts'),
  };

  const usersUrl = `http://127.0.0.1:${subgraphs.users.proxy.port}`;
  const startGateway = async (name: string, port: number) =>
    opening.use(
      await startRestartableService({
        main: 'gateway/main.ts',
        environment: {
          ...shared,
          PORT: String(port),
          SUBGRAPH_URLS: `users=${usersUrl}/graphql,posts=http://127.0.0.1:${subgraphs.posts.proxy.port}/graphql`,
          JWKS_URL: `${usersUrl}/.well-known/jwks.json`,
          RATE_LIMIT_PER_MINUTE: '10000000',
          REQUEST_TIMEOUT_MS: String(requestTimeoutMs),
        },
        onLine: (line) => onLine(name, line),
      }),
    );
  const ports = [await freePort(), await freePort()] as const;
  const gateways = [
    await startGateway('gateway-1', ports[0]),
    await startGateway('gateway-2', ports[1]),
  ] as const;
  const nginx = withoutNginx ? undefined : await startNginx(ports);
  opening.defer(() => nginx?.stop());

  const stack = opening.move();
  return {
    databases,
    redis: { ...redis, proxy: redisProxy },
    subgraphs,
    gateways,
    balancer: nginx?.url,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
