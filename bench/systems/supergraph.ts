import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../local/free-port.ts';
import { localSecrets } from '../../local/secrets.ts';
import { type BenchDatabases, type Seeding, startDatabases } from './databases.ts';
import { startProcess } from './process.ts';
import { type BenchRedis, startRedis } from './redis.ts';
import type { Services } from './services.ts';

const root = join(import.meta.dirname, '../..');

/** Both subgraphs on seeded databases. */
export interface Subgraphs extends Services, AsyncDisposable {
  readonly databases: BenchDatabases;
  readonly redis: BenchRedis;
}

/** Starts PostgreSQL, Redis and both subgraphs. The databases are kept in the folder, and seeded once. */
export async function startSubgraphs(options: {
  folder: string;
  seeding: Seeding;
  /** Called while nobody else is connected to the databases. */
  prepare?: (databases: BenchDatabases) => Promise<void>;
  say: (message: string) => void;
  signal: AbortSignal;
}): Promise<Subgraphs> {
  const { folder, seeding, prepare, say, signal } = options;
  await using starting = new AsyncDisposableStack();
  await mkdir(folder, { recursive: true });
  const { subgraphSecret, signingKey } = await localSecrets(folder);
  // First, because it refuses a folder that another run is using.
  const databases = starting.use(await startDatabases({ folder, seeding, say }));
  await prepare?.(databases);
  const redis = starting.use(await startRedis(folder));

  const service = async (name: string, env: Record<string, string>) => {
    const [port, adminPort] = [await freePort(), await freePort()];
    const started = await startProcess({
      name,
      args: [join(root, `subgraphs/${name}/main.ts`)],
      env: {
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
        SUBGRAPH_SECRET: subgraphSecret,
        REDIS_URL: redis.url,
        ...env,
      },
      readyUrl: `http://127.0.0.1:${adminPort}/health/ready`,
      folder,
      signal,
    });
    starting.use(started);
    return { pid: started.pid, url: `http://127.0.0.1:${port}` };
  };
  const posts = await service('posts', { DATABASE_URL: databases.postsUrl });
  const users = await service('users', { DATABASE_URL: databases.usersUrl, JWT_SIGNING_KEY: signingKey });
  const stack = starting.move();
  return {
    databases,
    redis,
    gatewayEnvironment: {
      SUPERGRAPH_FILE: join(root, 'supergraph.graphql'),
      SUBGRAPH_URLS: `users=${users.url}/graphql,posts=${posts.url}/graphql`,
      SUBGRAPH_SECRET: subgraphSecret,
      JWKS_URL: `${users.url}/.well-known/jwks.json`,
      REDIS_URL: redis.url,
    },
    // A gateway's work is that of its databases, too.
    processes: { Redis: redis.pid, users: users.pid, posts: posts.pid, PostgreSQL: databases.pid },
    counters: async () => ({
      ...(await redis.counters()),
      ...(await databases.counters(['users', 'posts'])),
    }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
