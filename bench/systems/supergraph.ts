import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../local/free-port.ts';
import { localSecrets } from '../../local/secrets.ts';
import { type BenchDatabases, type Seeding, startDatabases } from './databases.ts';
import { type StartedProcess, startProcess } from './process.ts';
import { type BenchRedis, startRedis } from './redis.ts';

const root = join(import.meta.dirname, '../..');

/** What gateways, ours and others, stand before: both subgraphs on seeded databases. */
export interface Subgraphs extends AsyncDisposable {
  readonly databases: BenchDatabases;
  readonly redis: BenchRedis;
  readonly users: StartedProcess;
  readonly posts: StartedProcess;
  /** The variables that every gateway before them needs. */
  readonly gatewayEnvironment: Readonly<Record<string, string>>;
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
    return { started, url: `http://127.0.0.1:${port}` };
  };
  const posts = await service('posts', { DATABASE_URL: databases.postsUrl });
  const users = await service('users', { DATABASE_URL: databases.usersUrl, JWT_SIGNING_KEY: signingKey });
  const stack = starting.move();
  return {
    databases,
    redis,
    users: users.started,
    posts: posts.started,
    gatewayEnvironment: {
      SUPERGRAPH_FILE: join(root, 'supergraph.graphql'),
      SUBGRAPH_URLS: `users=${users.url}/graphql,posts=${posts.url}/graphql`,
      SUBGRAPH_SECRET: subgraphSecret,
      JWKS_URL: `${users.url}/.well-known/jwks.json`,
      REDIS_URL: redis.url,
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
