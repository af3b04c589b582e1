import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type RedisServer, startRedisServer } from '../../faults/support/redis-server.ts';
import { asAdmin, freshDatabase } from '../../support/databases.ts';
import { runFolderVariable } from '../../support/redis.ts';
import { type ServiceProcess, startServiceProcess } from '../../support/service-processes.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import type { Seen } from './recording.ts';

/** The house in processes of their own, at trace level, with secrets that nothing else looks like. */
export interface PlantedHouse {
  readonly gateway: ServiceProcess;
  readonly users: ServiceProcess;
  readonly posts: ServiceProcess;
  readonly redis: RedisServer;
  readonly proxies: Readonly<
    Record<'usersDatabase' | 'postsDatabase' | 'redis' | 'users' | 'posts', TcpProxy>
  >;
  /** Past the proxies, as superuser. */
  readonly databaseUrls: Readonly<Record<'users' | 'posts', string>>;
  /** What is planted in the configuration. */
  readonly secrets: readonly string[];
  readonly invalidationSecret: string;
  /** Hosts and ports that no client may learn of. */
  readonly addresses: readonly string[];
  /** Every line that a process wrote. */
  readonly written: readonly Seen[];
}

const plant = (what: string) => `planted-${what}-${randomBytes(12).toString('hex')}`;

export async function startPlantedHouse(stack: AsyncDisposableStack): Promise<PlantedHouse> {
  const subgraphSecret = plant('subgraph-secret');
  const olderSubgraphSecret = plant('older-subgraph-secret');
  const invalidationSecret = plant('invalidation-secret');
  const redisPassword = plant('redis-password');
  const { privateKey } = generateKeyPairSync('ed25519');
  const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { d = '' } = privateKey.export({ format: 'jwk' });

  const folder = await mkdtemp(join(process.env[runFolderVariable] ?? tmpdir(), 'redis-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const redis = await startRedisServer(folder);
  stack.defer(() => redis.stop());
  const operator = new Redis(redis.path);
  await operator.config('SET', 'requirepass', redisPassword);
  operator.disconnect();
  const redisProxy = stack.use(await startTcpProxy({ path: redis.path }));

  const openDatabase = async (name: 'users' | 'posts') => {
    const database = stack.use(await freshDatabase(name));
    const password = plant(`${name}-database-password`);
    const role = `planted_${randomBytes(6).toString('hex')}`;
    await asAdmin((admin) => admin.query(`CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD '${password}'`));
    stack.defer(() => asAdmin(async (admin) => void (await admin.query(`DROP ROLE ${role}`))));
    const url = new URL(database.url);
    const proxy = stack.use(await startTcpProxy({ host: url.hostname, port: Number(url.port) }));
    url.username = role;
    url.password = password;
    url.port = String(proxy.port);
    return { url: url.href, direct: database.url, proxy, password, role, name: database.name };
  };
  const databases = { users: await openDatabase('users'), posts: await openDatabase('posts') };

  const written: Seen[] = [];
  const shared = {
    SUBGRAPH_SECRET: `${subgraphSecret},${olderSubgraphSecret}`,
    REDIS_URL: `redis://:${redisPassword}@127.0.0.1:${redisProxy.port}`,
    LOG_LEVEL: 'trace',
  };
  const start = async (where: string, main: string, environment: Record<string, string>) =>
    stack.use(
      await startServiceProcess(main, { ...shared, ...environment }, (text) => {
        written.push({ where, text });
      }),
    );
  const users = await start('users', 'subgraphs/users/main.ts', {
    DATABASE_URL: databases.users.url,
    JWT_SIGNING_KEY: signingKey,
  });
  const posts = await start('posts', 'subgraphs/posts/main.ts', { DATABASE_URL: databases.posts.url });
  const proxyTo = async ({ url }: ServiceProcess) =>
    stack.use(await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(url).port) }));
  const [usersProxy, postsProxy] = [await proxyTo(users), await proxyTo(posts)];
  const gateway = await start('gateway', 'gateway/main.ts', {
    SUBGRAPH_URLS: `users=http://127.0.0.1:${usersProxy.port}/graphql,posts=http://127.0.0.1:${postsProxy.port}/graphql`,
    JWKS_URL: `http://127.0.0.1:${usersProxy.port}/.well-known/jwks.json`,
    INVALIDATION_SECRET: invalidationSecret,
    CACHE_CDN: 'on',
    REQUEST_TIMEOUT_MS: '2000',
  });

  const ports = [usersProxy.port, postsProxy.port, redisProxy.port]
    .concat(Object.values(databases).map(({ proxy }) => proxy.port))
    .concat([users.url, users.adminUrl, posts.url, posts.adminUrl, gateway.adminUrl].map(portOf));
  return {
    gateway,
    users,
    posts,
    redis,
    proxies: {
      usersDatabase: databases.users.proxy,
      postsDatabase: databases.posts.proxy,
      redis: redisProxy,
      users: usersProxy,
      posts: postsProxy,
    },
    databaseUrls: { users: databases.users.direct, posts: databases.posts.direct },
    invalidationSecret,
    secrets: [
      ...[subgraphSecret, olderSubgraphSecret, invalidationSecret, redisPassword, d],
      ...signingKey.split('\n').filter((line) => line !== '' && !line.startsWith('-')),
      ...Object.values(databases).map(({ password }) => password),
    ],
    addresses: [
      ...ports.map((port) => `127.0.0.1:${port}`),
      ...Object.values(databases).flatMap(({ role, name }) => [role, name]),
      redis.path,
    ],
    written,
  };
}

const portOf = (url: string) => Number(new URL(url).port);
